using Latent.Data;
using Latent.Objectives;
using Latent.Torch;

namespace Latent.Training;

/// <summary>The replicas of a game: they share each batch, and leave the gradients of their shares on their own parameters.</summary>
internal sealed class Crew : IDisposable
{
    private readonly Game game;
    private readonly Batches data;
    private readonly Rng rng;
    private readonly Precision precision;
    private readonly ReplicaTeam? team;
    private readonly ParameterStore[][] stores;    // [store][replica]
    private readonly Objective[][] objectives;     // [player][replica]
    private readonly Share[] shares;
    private readonly Action<int> differentiate;
    private readonly int threadsBefore = Libtorch.Threads;
    private readonly bool flushedBefore = Libtorch.FlushesDenormals;
    private long step;
    private int player;
    private long examples;

    public Crew(Game game, Batches data, Rng rng, Precision precision, int replicas, int threads)
    {
        (this.game, this.data, this.rng, this.precision, Threads) = (game, data, rng, precision, threads);
        shares = [.. Enumerable.Range(0, replicas).Select(_ => new Share())];
        differentiate = Differentiate;
        Libtorch.Threads = threads;
        Libtorch.TryFlushDenormals(true); // as members of a team do, so that one replica gives their numbers
        team = replicas == 1 ? null : new ReplicaTeam(replicas);
        stores = [.. game.Stores.Select(store => Enumerable.Range(0, replicas).Select(_ => store.Replicate()).ToArray())];
        using var scope = TensorScope.Open();
        objectives = [.. game.Players.Select((p, i) => Array.ConvertAll(stores[game.StoreOf(i)], replica => p.Build(replica.Init())))];
    }

    /// <summary>How many there are.</summary>
    public int Replicas => shares.Length;

    /// <summary>Threads of each operator.</summary>
    public int Threads { get; }

    /// <summary>What each replica found in the last step.</summary>
    public IReadOnlyList<Share> Shares => shares;

    /// <summary>How many examples the last step's batch had.</summary>
    public long Examples => examples;

    /// <summary>The loss of the last step's batch.</summary>
    public double Loss
    {
        get
        {
            var sum = 0.0;
            foreach (var share in shares) sum += share.Weight * share.Loss;
            return sum;
        }
    }

    /// <summary>The replicas of a player's store.</summary>
    public ParameterStore[] StoresOf(int player) => stores[game.StoreOf(player)];

    /// <summary>Leaves the gradients of a step on the replicas of its player's store; those of shares whose loss is not finite are missing.</summary>
    public void Differentiate(long step)
    {
        this.step = step;
        player = game.PlayerAt(step);
        examples = Math.Min(data.Size, data.Data.Count - step % data.PerEpoch * data.Size);
        if (team is null) Differentiate(0);
        else team.Run(differentiate);
    }

    /// <summary>Forward for a replica's share of a step's batch, in the caller's scope: its loss, weighted so that the mean over replicas is that of the batch.</summary>
    /// <returns>Null if the batch has fewer examples than there are replicas, and none for this one.</returns>
    public (Loss Loss, Tensor Weighted)? Evaluate(int replica)
    {
        var parts = (int)Math.Min(shares.Length, examples);
        if (replica >= parts) return null;
        var batch = data.At(step, replica, parts);
        var loss = Evaluate(objectives[player][replica], batch);
        var share = shares[replica];
        share.Weight = (double)batch.Indices.Length / examples;
        var scale = share.Weight * shares.Length;
        return (loss, scale == 1 ? loss.Value : loss.Value * scale);
    }

    /// <summary>Ends the threads and frees the replicas.</summary>
    public void Dispose()
    {
        team?.Dispose();
        foreach (var replica in stores.SelectMany(s => s)) replica.Dispose();
        Libtorch.TryFlushDenormals(flushedBefore);
        Libtorch.Threads = threadsBefore;
    }

    private void Differentiate(int replica)
    {
        using var scope = TensorScope.Open();
        var share = shares[replica];
        share.Clear();
        if (Evaluate(replica) is not var (loss, weighted)) return;
        share.Read(loss);
        if (double.IsFinite(share.Loss)) weighted.Backward();
    }

    private Loss Evaluate(Objective objective, Batch batch)
    {
        using var casting = precision == Precision.BFloat16 ? Autograd.Autocast(game.Stores[0].Device.Type) : default;
        using var pass = TrainingPass.Open(step, rng, batch.Indices);
        return objective.Evaluate(batch, rng, step);
    }
}
