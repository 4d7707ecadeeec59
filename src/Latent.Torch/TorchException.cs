namespace Latent.Torch;

/// <summary>libtorch refused an operation. The message names the operator, its schema, and each argument's shape, type and device.</summary>
public sealed class TorchException : Exception
{
    /// <summary>Creates the exception with a message.</summary>
    public TorchException(string message) : base(message) { }

    /// <summary>Creates the exception with a message and its cause.</summary>
    public TorchException(string message, Exception inner) : base(message, inner) { }
}
