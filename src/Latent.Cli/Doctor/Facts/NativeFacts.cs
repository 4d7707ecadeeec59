using Latent.Torch;
using Latent.Torch.Kernels;
using Latent.Torch.Native;

namespace Latent.Cli.Doctor.Facts;

/// <summary>The native library, and the libtorch that came with it.</summary>
/// <param name="Places">The files that were tried, in order.</param>
/// <param name="Failure">Why none could be loaded; null when one is.</param>
/// <param name="Libtorch">What is running; null when none is.</param>
/// <param name="MatrixProducts">The library behind the matrix products of the fused kernels.</param>
internal sealed record NativeFacts(IReadOnlyList<PlaceFacts> Places, string? Failure, LibtorchFacts? Libtorch, string? MatrixProducts)
{
    /// <summary>The file that is loaded.</summary>
    public string? LoadedFrom { get; init; }

    /// <summary>Loads the native library and asks it. A failure is a fact like another.</summary>
    public static NativeFacts Read()
    {
        LibtorchFacts? libtorch = null;
        string? failure = null;
        try
        {
            libtorch = LibtorchFacts.Read();
        }
        catch (Exception e) // a file can be no library, the wrong one, or one that a loader hook rejects: all is to be told
        {
            failure = e is LibtorchNotFoundException ? "none of these files could be loaded" : e.Message;
        }
        return new([.. LibtorchLoader.Places.Select(p => new PlaceFacts(p.Path, p.Finding))], failure, libtorch, Gemm())
        {
            LoadedFrom = failure is null ? LibtorchLoader.LoadedFrom : null,
        };
    }

    private static string? Gemm()
    {
        try
        {
            return Gemm<float>.Library;
        }
        catch (NotSupportedException)
        {
            return null; // LATENT_GEMM names nothing
        }
    }
}
