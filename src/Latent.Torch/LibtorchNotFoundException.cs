using Latent.Torch.Native;

namespace Latent.Torch;

/// <summary>The native library, or the libtorch it links to, could not be loaded. The message lists each place looked at and the remedy.</summary>
public sealed class LibtorchNotFoundException : Exception
{
    internal LibtorchNotFoundException(IReadOnlyList<(string Path, string Finding)> places) : base(Compose(places)) { }

    private static string SetUp => LibtorchLoader.BuildPath is { } path && path.IndexOf("/build/native/", StringComparison.Ordinal) is > 0 and var end && File.Exists(path[..end] + "/eng/setup")
        ? path[..end] + "/eng/setup"
        : "eng/setup in Latent's folder";

    private static string Compose(IReadOnlyList<(string Path, string Finding)> places) =>
        "Latent could not load its native library (liblatent_torch.so, built against libtorch). Looked at:\n"
        + string.Concat(places.Select(p => $"  {p.Path}: {p.Finding}\n"))
        + $"Run {SetUp}: it installs libtorch and builds the library. "
        + "To use another libtorch, set LIBTORCH to its folder or LIBTORCH_USE_PYTORCH=1 first; "
        + "to use a library built elsewhere, set LATENT_NATIVE to the file.";
}
