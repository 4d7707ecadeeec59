using Latent.Torch.Native;

namespace Latent.Torch;

/// <summary>A change of this thread's autograd mode that ends when it is disposed.</summary>
public readonly unsafe ref struct AutogradModeScope
{
    private readonly AutogradMode mode;
    private readonly int before; // as lt_get_mode says it
    private readonly nint inferenceGuard;
    private readonly bool isActive;

    private AutogradModeScope(AutogradMode mode, int before, nint inferenceGuard) =>
        (this.mode, this.before, this.inferenceGuard, isActive) = (mode, before, inferenceGuard, true);

    internal static AutogradModeScope WithoutGradients() => Switch(AutogradMode.Gradient, on: false, ElementType.Float32);

    internal static AutogradModeScope Casting(DeviceType device, ElementType type)
    {
        if (type is not (ElementType.BFloat16 or ElementType.Float16)) throw new ArgumentException($"Autocast goes to BFloat16 or Float16, not {type}.", nameof(type));
        return Switch(device == DeviceType.Cpu ? AutogradMode.AutocastCpu : AutogradMode.AutocastCuda, on: true, type);
    }

    internal static AutogradModeScope ForInference()
    {
        nint guard;
        NativeMethods.Check(NativeMethods.lt_begin_inference(&guard), "Entering inference mode");
        return new(default, default, guard);
    }

    private static AutogradModeScope Switch(AutogradMode mode, bool on, ElementType type)
    {
        var before = NativeMethods.lt_get_mode((int)mode);
        NativeMethods.Check(NativeMethods.lt_set_mode((int)mode, on ? 1 : 0, (int)type), "Changing the autograd mode");
        return new(mode, before, 0);
    }

    /// <summary>Restores the mode from before.</summary>
    public void Dispose()
    {
        if (!isActive) return;
        if (inferenceGuard != 0) NativeMethods.Check(NativeMethods.lt_end_inference(inferenceGuard), "Leaving inference mode");
        else NativeMethods.Check(NativeMethods.lt_set_mode((int)mode, before != 0 ? 1 : 0, before - 1), "Restoring the autograd mode");
    }
}
