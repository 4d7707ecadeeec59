namespace Latent.Torch;

/// <summary>A kind of device. The numeric values are those of <c>c10::DeviceType</c>.</summary>
public enum DeviceType
{
    /// <summary>The processor.</summary>
    Cpu = 0,
    /// <summary>An NVIDIA GPU.</summary>
    Cuda = 1,
}
