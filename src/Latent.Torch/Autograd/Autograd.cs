using System.Runtime.InteropServices;
using System.Runtime.CompilerServices;
using System.Text;
using Latent.Torch.Native;

namespace Latent.Torch;

/// <summary>Reverse-mode differentiation: libtorch's engine, and nodes of the graph written in C#.</summary>
public static unsafe class Autograd
{
    [ThreadStatic] private static Exception? raisedInBackward;

    /// <summary>Whether operations on this thread are recorded now.</summary>
    public static bool IsRecording => NativeMethods.lt_get_mode((int)AutogradMode.Gradient) != 0;

    /// <summary>Whether matrix products of this thread on a kind of device run in a smaller type now.</summary>
    public static bool IsAutocasting(DeviceType device) => NativeMethods.lt_get_mode((int)(device == DeviceType.Cpu ? AutogradMode.AutocastCpu : AutogradMode.AutocastCuda)) != 0;

    /// <summary>Accumulates d(output)/d(leaf) on every leaf that requires it.</summary>
    /// <param name="output">A scalar, unless a gradient is given.</param>
    /// <param name="gradient">The gradient with respect to the output, of its shape.</param>
    /// <param name="retainGraph">Keep the graph for another backward.</param>
    /// <param name="createGraph">Record the backward itself, for second derivatives.</param>
    /// <exception cref="TorchException">The output does not depend on a leaf, is no scalar, or its graph was freed before.</exception>
    public static void Backward(Tensor output, Tensor? gradient = null, bool retainGraph = false, bool createGraph = false)
    {
        nint handle = output.Handle, seed = gradient?.Handle ?? 0;
        var status = NativeMethods.lt_backward(&handle, gradient is null ? null : &seed, 1, retainGraph || createGraph ? 1 : 0, createGraph ? 1 : 0);
        CheckBackward(status, "Backward");
    }

    /// <summary>The gradients of one output with respect to each input; inputs that it does not depend on are an error.</summary>
    /// <inheritdoc cref="Backward(Tensor, Tensor?, bool, bool)"/>
    public static Tensor[] Grad(Tensor output, ReadOnlySpan<Tensor> inputs, Tensor? gradient = null, bool retainGraph = false, bool createGraph = false)
    {
        Arena.Current.RequireScope("gradients");
        nint handle = output.Handle, seed = gradient?.Handle ?? 0;
        var results = new nint[inputs.Length];
        fixed (nint* i = Handles(inputs), r = results)
        {
            var status = NativeMethods.lt_grad(&handle, gradient is null ? null : &seed, 1, i, inputs.Length, retainGraph || createGraph ? 1 : 0, createGraph ? 1 : 0, 0, r);
            CheckBackward(status, "Grad");
        }
        var gradients = new Tensor[inputs.Length];
        for (var k = 0; k < results.Length; k++) gradients[k] = Arena.Current.Add(results[k], 0);
        return gradients;
    }

    /// <summary>Stops recording on this thread until disposed.</summary>
    public static AutogradModeScope NoGrad() => AutogradModeScope.WithoutGradients();

    /// <summary>
    /// Stops recording and all bookkeeping of views and versions until disposed: fastest, but what is made here
    /// can never take part in autograd.
    /// </summary>
    public static AutogradModeScope Inference() => AutogradModeScope.ForInference();

    /// <summary>Lets libtorch run matrix products and convolutions of this thread in bfloat16 until disposed.</summary>
    public static AutogradModeScope Autocast(DeviceType device = DeviceType.Cpu, ElementType type = ElementType.BFloat16) => AutogradModeScope.Casting(device, type);

    /// <summary>Whether a node over these inputs would be part of the graph.</summary>
    public static bool NeedsNode(params ReadOnlySpan<Tensor?> inputs)
    {
        if (!IsRecording) return false;
        foreach (var input in inputs) if (input is { RequiresGrad: true }) return true;
        return false;
    }

    /// <summary>
    /// Makes <paramref name="outputs"/>, computed by the caller without recording, a node of the graph over <paramref name="inputs"/>
    /// whose gradient is <paramref name="backward"/>. Does nothing if no gradient is wanted.
    /// </summary>
    /// <param name="name">The node's name in messages.</param>
    /// <param name="inputs">What the outputs depend on; a null never gets a gradient.</param>
    /// <param name="outputs">Fresh tensors: no views, and no leaves that require a gradient.</param>
    /// <param name="saved">What backward needs of the inputs and outputs; changing one in place before backward is detected.</param>
    /// <param name="backward">Writes the gradients of the inputs. It must not capture tensors: take them from <see cref="BackwardContext.Saved"/>.</param>
    public static void Attach(string name, ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs, ReadOnlySpan<Tensor> saved, Backward backward)
    {
        if (OperatorWatch.IsOn) OperatorWatch.Current?.Look(name, inputs, outputs);
        if (!NeedsNode(inputs)) return;
        foreach (var output in outputs)
            if (!output.ElementType.IsFloatingPoint()) throw new ArgumentException($"{name}: an output of {output.ElementType} cannot carry a gradient; attach only the floating-point ones.", nameof(outputs));
        fixed (byte* n = Encoding.UTF8.GetBytes(name + '\0'))
        fixed (nint* i = Handles(inputs), o = Handles(outputs), s = Handles(saved))
        {
            // Once called, the native side owns the state, also after a failure.
            var state = GCHandle.ToIntPtr(GCHandle.Alloc(new NodeState(name, backward, saved.Length)));
            var status = NativeMethods.lt_attach_node(n, i, inputs.Length, o, outputs.Length, s, saved.Length, &RunBackward, &Release, state);
            NativeMethods.Check(status, $"Attaching the autograd node {name}");
        }
    }

    private static nint[] Handles(ReadOnlySpan<Tensor?> tensors)
    {
        var handles = new nint[Math.Max(1, tensors.Length)];
        for (var i = 0; i < tensors.Length; i++) handles[i] = tensors[i]?.Handle ?? 0;
        return handles;
    }

    private static void CheckBackward(int status, string attempt)
    {
        if (status >= 0) return;
        var raised = raisedInBackward;
        raisedInBackward = null;
        throw raised is null
            ? new TorchException($"{attempt}: {NativeMethods.LastError}{Remedy(NativeMethods.LastError)}")
            : new TorchException($"{attempt} failed in a C# node: {raised.Message}", raised);
    }

    private static string Remedy(string reason) => reason switch
    {
        _ when reason.Contains("only for scalar outputs", StringComparison.Ordinal) => ". Reduce the output to one number first (Sum, Mean), or give its gradient.",
        _ when reason.Contains("does not require grad", StringComparison.Ordinal) => ". Nothing that requires a gradient takes part in it: use parameters of a ParameterStore, or set RequiresGrad, and do not detach.",
        _ => "",
    };

    private sealed record NodeState(string Name, Backward Backward, int Saved);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int RunBackward(long context, nint node, nint* outputGradients, int outputs, nint* inputGradients, int inputs)
    {
        var state = (NodeState)GCHandle.FromIntPtr((nint)context).Target!;
        try
        {
            if (IsRecording) throw new NotSupportedException($"{state.Name} has a hand-written gradient, which cannot be differentiated again; use its composite form where second derivatives are needed.");
            using var scope = TensorScope.Open();
            var backward = new BackwardContext(node, outputGradients, outputs, inputGradients, inputs, state.Saved);
            state.Backward(backward);
            return 0;
        }
        catch (Exception e)
        {
            raisedInBackward = e;
            fixed (byte* message = Encoding.UTF8.GetBytes($"{state.Name}: {e.Message}\0")) NativeMethods.lt_set_error(message);
            return -1;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Release(long context) => GCHandle.FromIntPtr((nint)context).Free();
}
