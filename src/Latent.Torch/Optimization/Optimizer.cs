using Latent.Torch.Kernels;
using Latent.Torch.Native;

namespace Latent.Torch;

/// <summary>
/// Moves parameters against their gradients: clipping, update and moving average in one pass over the store's flat buffer.
/// </summary>
/// <remarks>A parameter without a gradient stays as it is, its moments included. What the optimizer keeps lies in the store, as companions of the parameters.</remarks>
public abstract unsafe class Optimizer
{
    private const string AverageName = "average";

    /// <summary>An optimizer of these parameters; a <see cref="ParameterStore"/> stands for all of its own.</summary>
    /// <remarks>Lays out the store's memory: all parameters must have been made.</remarks>
    protected Optimizer(ParameterSelection parameters)
    {
        Parameters = parameters;
        _ = parameters.Store.Flat;
    }

    /// <summary>What is optimized.</summary>
    public ParameterSelection Parameters { get; }

    /// <summary>How many steps were made. Set it when training resumes.</summary>
    public long StepCount { get; set; }

    /// <summary>The largest Euclidean norm of the gradient; a larger one is scaled down to it. Infinite: never.</summary>
    public double MaxGradientNorm
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The largest norm must be above 0.");
    } = double.PositiveInfinity;

    /// <summary>The decay d of an exponential moving average of the parameters, a ← d a + (1 − d) p, kept as the store's companion <c>average</c>; 0: none.</summary>
    public double AverageDecay
    {
        get;
        init => field = value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The decay of the average lies in [0, 1).");
    }

    /// <summary>
    /// Whether a step looks at the gradient's norm first and, if it is not finite, changes nothing: parameters, moments,
    /// <see cref="StepCount"/> and the gradients stay as they were.
    /// </summary>
    public bool RefusesNonFinite { get; set; }

    /// <summary>Threads that may share the pass.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Makes one step with the gradients that backward left on the parameters, then forgets them.
    /// </summary>
    /// <param name="learningRate">The step's length.</param>
    /// <param name="replicas">Replicas of the store whose gradients count instead of the store's own: they are averaged.</param>
    /// <returns>
    /// The Euclidean norm of the gradient before clipping; NaN if it was not needed and not computed. With <see cref="RefusesNonFinite"/>
    /// it is computed, and the step was refused if it is not finite.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate is negative or no number.</exception>
    public double Step(double learningRate, params ReadOnlySpan<ParameterStore> replicas)
    {
        if (!(learningRate >= 0)) throw new ArgumentOutOfRangeException(nameof(learningRate), learningRate, "The learning rate must be a number of at least 0.");
        using var scope = TensorScope.Open();
        using var noGrad = Autograd.NoGrad();
        EnsureAverage();
        var gradients = Gradients(replicas);
        StepCount++;
        var norm = Parameters.Store switch
        {
            { Device.Type: DeviceType.Cpu, ElementType: ElementType.Float32 } => StepInPlace<float>(learningRate, gradients),
            { Device.Type: DeviceType.Cpu, ElementType: ElementType.Float64 } => StepInPlace<double>(learningRate, gradients),
            _ => StepByOperators(learningRate, gradients),
        };
        if (IsRefused(norm))
        {
            StepCount--;
            return norm;
        }
        Parameters.Store.Written();
        Parameters.Store.ClearGradients();
        foreach (var replica in replicas) replica.ClearGradients();
        return norm;
    }

    /// <summary>Calls <paramref name="body"/> while the parameters have the values of their moving average; if there is none, with those they have.</summary>
    /// <remarks>Afterwards the parameters are what they were, bit for bit. What the body makes lives in scopes of its own.</remarks>
    public T WithAverage<T>(Func<T> body)
    {
        if (!Parameters.Store.Companions.TryGetValue(AverageName, out var average)) return body();
        using var scope = TensorScope.Open();
        Tensor kept;
        using (Autograd.NoGrad()) kept = Parameters.Store.Flat.Clone();
        try
        {
            Take(average);
            return body();
        }
        finally
        {
            Take(kept);
        }
    }

    /// <summary>Gives the parameters the values they have in another flat tensor.</summary>
    private void Take(Tensor flat)
    {
        using var noGrad = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        foreach (var p in Parameters) Parameters.Store.Flat.Narrow(0, p.Offset, p.Elements).CopyInPlace(flat.Narrow(0, p.Offset, p.Elements));
        Parameters.Store.Written();
    }

    /// <summary>The formula at one step, over raw memory.</summary>
    internal abstract void Update<T>(double learningRate, T* parameters, ReadOnlySpan<GradientSegment<T>> segments, double gradientScale, T* average) where T : unmanaged;

    /// <summary>The formula at one step for one parameter, its companions at the same place, in operators of any device.</summary>
    internal abstract void Update(double learningRate, Tensor parameter, Tensor gradient, Func<string, Tensor> companion);

    private void EnsureAverage()
    {
        if (AverageDecay == 0 || Parameters.Store.Companions.ContainsKey(AverageName)) return;
        Parameters.Store.Companion(AverageName).CopyInPlace(Parameters.Store.Flat);
    }

    /// <summary>The gradients [replica][parameter]; null where there is none.</summary>
    private Tensor?[][] Gradients(ReadOnlySpan<ParameterStore> replicas)
    {
        if (replicas.IsEmpty) return [Gradients(Parameters.Select(p => p.Value).ToArray())];
        var all = new Tensor?[replicas.Length][];
        for (var r = 0; r < replicas.Length; r++)
        {
            var replica = replicas[r];
            if (!replica.IsReplicaOf(Parameters.Store)) throw new ArgumentException("This store is no replica of the optimizer's: make it with store.Replicate().", nameof(replicas));
            all[r] = Gradients(Parameters.Select(p => replica[p.Path]).ToArray());
        }
        return all;
    }

    private static Tensor?[] Gradients(Tensor[] leaves)
    {
        var handles = new nint[leaves.Length];
        var found = new nint[leaves.Length];
        for (var i = 0; i < leaves.Length; i++) handles[i] = leaves[i].Handle;
        fixed (nint* h = handles, f = found) NativeMethods.Check(NativeMethods.lt_get_gradients(h, leaves.Length, f), "Reading gradients");
        return Array.ConvertAll(found, handle => handle == 0 ? null : Arena.Current.Add(handle, 0));
    }

    private double StepInPlace<T>(double learningRate, Tensor?[][] gradients) where T : unmanaged
    {
        var replicas = gradients.Length;
        var pointers = new nint[Parameters.Count * replicas];
        fixed (nint* p = pointers)
        {
            var segments = new List<GradientSegment<T>>(Parameters.Count);
            for (var i = 0; i < Parameters.Count; i++)
            {
                for (var r = 0; r < replicas; r++) pointers[i * replicas + r] = gradients[r][i] is { } g ? (nint)Checked(g, Parameters[i]).Contiguous().Pointer<T>() : 0;
                segments.Add(new(Parameters[i].Offset, Parameters[i].Elements, (T**)(p + i * replicas), replicas));
            }
            ReadOnlySpan<GradientSegment<T>> all = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(segments);
            if (replicas > 1 && ReplicaTeam.Idle is { } team && team.Size == replicas && team.Distance.IsFar())
                all = GradientExchange.Publish(team, all, StaticPartition.Bounds(all, Threads), Parameters.Store.Flat.Elements);
            var norm = NeedsNorm ? GradientNorm.Compute<T>(all, 1.0 / replicas, Threads) : double.NaN;
            if (IsRefused(norm)) return norm;
            var average = AverageDecay == 0 ? null : Parameters.Store.Companion(AverageName).Pointer<T>();
            Update(learningRate, Parameters.Store.Flat.Pointer<T>(), all, Clipping(norm) / replicas, average);
            return norm;
        }
    }

    private static Tensor Checked(Tensor gradient, Parameter parameter) => gradient.Elements == parameter.Elements
        ? gradient
        : throw new InvalidOperationException($"The gradient of '{parameter.Path}' is {gradient.Shape}, not {parameter.Shape} as the parameter: set a gradient of its shape.");

    private double StepByOperators(double learningRate, Tensor?[][] gradients)
    {
        var store = Parameters.Store;
        var sums = new Tensor?[Parameters.Count];
        for (var i = 0; i < sums.Length; i++)
            foreach (var replica in gradients)
                if (replica[i] is { } g) sums[i] = sums[i] is { } sum ? sum + g : g;
        var norm = double.NaN;
        if (NeedsNorm)
            norm = Math.Sqrt(sums.OfType<Tensor>().Sum(g => g.To(ElementType.Float64).Square().Sum().Item<double>())) / gradients.Length;
        if (IsRefused(norm)) return norm;
        var scale = Clipping(norm) / gradients.Length;
        var wide = store.ElementType.Size() < 4 ? ElementType.Float32 : store.ElementType;
        for (var i = 0; i < sums.Length; i++)
        {
            var parameter = Parameters[i];
            Tensor At(Tensor flat) => flat.Narrow(0, parameter.Offset, parameter.Elements).View(parameter.Shape);
            if (sums[i] is { } gradient) Update(learningRate, At(store.Flat), Checked(gradient, parameter).To(wide) * scale, name => At(store.Companion(name)));
            if (AverageDecay != 0) At(store.Companion(AverageName)).LerpInPlace(At(store.Flat).To(store.Companion(AverageName).ElementType), 1 - AverageDecay);
        }
        return norm;
    }

    private bool NeedsNorm => RefusesNonFinite || !double.IsInfinity(MaxGradientNorm);

    private bool IsRefused(double norm) => RefusesNonFinite && !double.IsFinite(norm);

    private double Clipping(double norm) => norm > MaxGradientNorm ? MaxGradientNorm / norm : 1;
}
