using System.Runtime.CompilerServices;
using Latent.Torch.Native;

namespace Latent.Torch;

/// <summary>
/// Follows the operators and C# nodes that this thread calls, to find the first that makes a number that is not finite of
/// finite ones, forward or backward. It keeps all that they touch, and is many times as slow as the calls themselves.
/// </summary>
/// <remarks>An operator that is given an infinity, such as a mask's fill value, makes no new one. What is read must be alive until the watch ends.</remarks>
internal sealed unsafe class OperatorWatch : IDisposable
{
    [ThreadStatic] private static OperatorWatch? current;
    private static int watches;

    private readonly List<Call> calls = [];
    private bool isLooking = true;

    /// <summary>Begins to watch this thread.</summary>
    /// <exception cref="InvalidOperationException">It is watched already.</exception>
    public OperatorWatch()
    {
        if (current is not null) throw new InvalidOperationException("This thread is watched already.");
        current = this;
        Interlocked.Increment(ref watches);
    }

    /// <summary>Whether any thread is watched: all that calls cost when none is.</summary>
    public static bool IsOn
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => watches != 0;
    }

    /// <summary>The watch of this thread, if any.</summary>
    public static OperatorWatch? Current => current;

    /// <summary>The first call that made a number that is not finite of finite ones, with its arguments; null if none did.</summary>
    public string? First { get; private set; }

    /// <summary>After a call of an operator, before its results are handed out.</summary>
    public void Look(Operator called, NativeValue* arguments, int count, NativeValue* results, int resultCount)
    {
        if (!isLooking || called.FullName.StartsWith("aten::empty", StringComparison.Ordinal)) return; // whatever the memory held
        var (inputs, outputs) = (new List<nint>(), new List<nint>());
        var areFinite = true;
        for (var i = 0; i < count; i++) areFinite &= Collect(arguments[i], inputs);
        for (var i = 0; i < resultCount; i++) Collect(results[i], outputs);
        var names = OperatorSchema.ArgumentNames(called.Schema);
        var given = new string[count];
        for (var i = 0; i < count; i++) given[i] = $"{(i < names.Count ? names[i] : $"argument {i}")}: {arguments[i]}";
        Look($"{called.FullName}({string.Join(", ", given)})", inputs, outputs, areFinite);
    }

    /// <summary>After a C# node has computed its outputs.</summary>
    public void Look(string node, ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (!isLooking) return;
        var given = new List<string>();
        var (read, made) = (new List<nint>(), new List<nint>());
        foreach (var input in inputs)
        {
            if (input is null) continue;
            read.Add(input.Handle);
            given.Add(input.Summary);
        }
        foreach (var output in outputs) made.Add(output.Handle);
        Look($"{node}({string.Join(", ", given)})", read, made, areFinite: true);
    }

    /// <summary>
    /// The first call, in the order of backward, whose derivative makes a number that is not finite of finite ones; null if none
    /// does. Keeps the graph.
    /// </summary>
    /// <param name="loss">A scalar that was computed under this watch.</param>
    public string? FirstInBackward(Tensor loss)
    {
        isLooking = false;
        using var scope = TensorScope.Open();
        for (var i = calls.Count - 1; i >= 0; i--)
        {
            var call = calls[i];
            if (call.Differentiable(call.Outputs) is not { Length: > 0 } outputs || call.Differentiable(call.Inputs) is not { Length: > 0 } inputs) continue;
            var incoming = Gradients([loss], [null], outputs);
            var reached = Array.FindAll(Enumerable.Range(0, outputs.Length).ToArray(), o => incoming[o] is not null);
            if (reached.Length == 0 || !Array.TrueForAll(reached, o => IsFinite(incoming[o]!))) continue;
            var outgoing = Gradients(Array.ConvertAll(reached, o => outputs[o]), Array.ConvertAll(reached, o => incoming[o]), inputs);
            if (Array.Exists(outgoing, g => g is not null && !IsFinite(g))) return $"backward of {call.Text}";
        }
        return null;
    }

    /// <summary>Lets go of everything.</summary>
    public void Dispose()
    {
        foreach (var call in calls) call.Free();
        calls.Clear();
        current = null;
        Interlocked.Decrement(ref watches);
    }

    private void Look(string text, List<nint> inputs, List<nint> outputs, bool areFinite)
    {
        isLooking = false;
        using (TensorScope.Open())
        {
            calls.Add(new(text, [.. inputs], [.. outputs]));
            // What was changed in place is no longer there to be looked at.
            if (First is null && areFinite && !outputs.TrueForAll(IsFinite) && inputs.TrueForAll(i => outputs.Contains(i) || IsFinite(i))) First = text;
        }
        isLooking = true;
    }

    /// <summary>Adds the tensors of a value; false if it holds a number that is not finite.</summary>
    private static bool Collect(NativeValue value, List<nint> tensors)
    {
        switch (value.Tag)
        {
            case NativeValue.Kind.Tensor:
                if (value.Pointer != null) tensors.Add((nint)value.Pointer);
                return true;
            case NativeValue.Kind.Tensors or NativeValue.Kind.OptionalTensors:
                foreach (var handle in new ReadOnlySpan<nint>(value.Pointer, value.Length)) if (handle != 0) tensors.Add(handle);
                return true;
            case NativeValue.Kind.Double or NativeValue.Kind.RealOperand:
                return double.IsFinite(value.Real);
            default:
                return true;
        }
    }

    private static bool IsFinite(nint handle) => IsFinite(Borrow(handle));

    /// <summary>Whether all elements are finite; whole numbers are.</summary>
    public static bool IsFinite(Tensor tensor)
    {
        if (!tensor.ElementType.IsFloatingPoint()) return true;
        using var noGrad = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        return tensor.Detach().IsFinite().All().Item<long>() != 0;
    }

    /// <summary>A tensor of the current scope for a handle that somebody else owns.</summary>
    private static Tensor Borrow(nint handle)
    {
        NativeMethods.Check(NativeMethods.lt_retain(handle), "Looking at a tensor");
        return Arena.Current.Add(handle, 0);
    }

    /// <summary>The gradients of the outputs, weighted by the incoming ones; null where an input is not reached.</summary>
    private static Tensor?[] Gradients(Tensor[] outputs, Tensor?[] incoming, Tensor[] inputs)
    {
        var (o, g, i) = (Array.ConvertAll(outputs, t => t.Handle), Array.ConvertAll(incoming, t => t?.Handle ?? 0), Array.ConvertAll(inputs, t => t.Handle));
        var results = new nint[inputs.Length];
        fixed (nint* op = o, gp = g, ip = i, r = results)
            NativeMethods.Check(NativeMethods.lt_grad(op, g[0] == 0 ? null : gp, o.Length, ip, i.Length, 1, 0, 1, r), "Looking for a gradient");
        return Array.ConvertAll(results, handle => handle == 0 ? null : Arena.Current.Add(handle, 0));
    }

    /// <summary>What was called, and the tensors that it read and made, which it keeps.</summary>
    private sealed class Call
    {
        public Call(string text, nint[] inputs, nint[] outputs)
        {
            (Text, Inputs, Outputs) = (text, inputs, outputs);
            foreach (var handle in inputs.Concat(outputs)) NativeMethods.Check(NativeMethods.lt_retain(handle), "Keeping a tensor");
        }

        public string Text { get; }
        public nint[] Inputs { get; }
        public nint[] Outputs { get; }

        public Tensor[] Differentiable(nint[] handles) => [.. handles.Distinct().Select(Borrow).Where(t => t.RequiresGrad)];

        public void Free()
        {
            var handles = Inputs.Concat(Outputs).ToArray();
            fixed (nint* h = handles) NativeMethods.Check(NativeMethods.lt_free(h, handles.Length, null), "Letting go of tensors");
        }
    }
}
