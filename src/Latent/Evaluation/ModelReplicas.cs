using Latent.Data;
using Latent.Models;
using Latent.Torch;

namespace Latent.Evaluation;

/// <summary>
/// A model put to work on all cores: each thread has a replica, which shares the parameters, and takes the next batch when it is
/// done with one. To be used and disposed on the thread that made it.
/// </summary>
/// <remarks>Results do not depend on the number of threads: each thread runs single-threaded kernels, and what is computed of a batch does not depend on who computes it.</remarks>
/// <example><code>
/// using var replicas = new ModelReplicas(Recipe, store);
/// var scores = Scores.LogLikelihood(replicas, data, new Rng(0), particles: 100);
/// </code></example>
public sealed class ModelReplicas : IDisposable
{
    private readonly ReplicaTeam? team;
    private readonly ParameterStore[] stores;
    private readonly LatentVariableModel[] models;

    /// <summary>Replicas of a model with parameters.</summary>
    /// <param name="model">Builds the model, always by the same code.</param>
    /// <param name="parameters">A store that the model was built in; to be disposed after the replicas.</param>
    /// <param name="threads">How many; null: one per core, or one where the parameters are on a GPU.</param>
    /// <exception cref="InvalidOperationException">The thread has a team of replicas already.</exception>
    public ModelReplicas(Func<Init, LatentVariableModel> model, ParameterStore parameters, int? threads = null)
    {
        (ElementType, Device) = (parameters.ElementType, parameters.Device);
        team = new(threads ?? (Device.Type == DeviceType.Cpu ? Environment.ProcessorCount : 1));
        (stores, models) = ([], []);
        try
        {
            stores = team.Replicate(parameters);
            models = Array.ConvertAll(stores, store => model(store.Init()));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>One model as it is, on this thread.</summary>
    /// <param name="model">The model.</param>
    /// <param name="type">Float32 or Float64, what it wants its examples as.</param>
    /// <param name="device">Where it wants them.</param>
    public ModelReplicas(LatentVariableModel model, ElementType type = ElementType.Float32, Device device = default) =>
        (stores, models, ElementType, Device) = ([], [model], type, device);

    /// <summary>The type of the examples.</summary>
    public ElementType ElementType { get; }

    /// <summary>Where the examples lie.</summary>
    public Device Device { get; }

    /// <summary>Hears the share of the present pass over the data that is done, from 0 to 1, on any thread.</summary>
    public Action<double>? Progressed { get; set; }

    /// <summary>The batches of a data set in its order, on the models' device, so large that a pass of K particles stays in a core's cache.</summary>
    internal Batches Batches(Dataset data, Rng rng, long particles = 1)
    {
        var (fitting, most) = Device.Type == DeviceType.Cpu ? (1L << 18, 256L) : (1L << 26, 4096L);
        var size = Math.Clamp(fitting / (data.EventShape.Elements * particles), 1, most);
        return Data.Batches.InOrder(data, size, rng, ExampleType, Device);
    }

    /// <summary>Shows the trace of the first example, to see what kind of model it is.</summary>
    internal void OnFirst(Dataset data, Rng rng, Action<Trace> look)
    {
        using var scope = TensorScope.Open();
        using var noGrad = Autograd.NoGrad();
        var batch = Data.Batches.InOrder(data, 1, rng, ExampleType, Device).At(0);
        look(models[0].Infer(batch.X, rng.Fork("look").Rows(batch.Indices, axis: 1), context: batch.Labels));
    }

    /// <summary>Calls <paramref name="work"/> with each batch of the first epoch, within a scope of its own.</summary>
    /// <param name="batches">What to go through.</param>
    /// <param name="work">Called on any thread, with a model of its own; it writes to places that belong to the batch.</param>
    /// <param name="recording">Whether gradients are recorded.</param>
    internal void ForEach(Batches batches, Action<LatentVariableModel, Batch> work, bool recording = false)
    {
        var (next, done) = (-1L, 0L);
        if (team is null) Take(0);
        else team.Run(Take);

        void Take(int replica)
        {
            try
            {
                while (Interlocked.Increment(ref next) is var step && step < batches.PerEpoch)
                {
                    using var scope = TensorScope.Open();
                    using var mode = recording ? default : Autograd.NoGrad();
                    work(models[replica], batches.At(step));
                    Progressed?.Invoke((double)Interlocked.Increment(ref done) / batches.PerEpoch);
                }
            }
            catch
            {
                Interlocked.Exchange(ref next, batches.PerEpoch); // the others need not go on
                throw;
            }
        }
    }

    private ElementType ExampleType => ElementType == ElementType.Float64 ? ElementType : ElementType.Float32;

    /// <summary>Ends the threads and frees the replicas.</summary>
    public void Dispose()
    {
        team?.Dispose();
        foreach (var store in stores) store.Dispose();
    }
}
