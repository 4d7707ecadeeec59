using Latent.Data;
using Latent.Torch;

namespace Latent.Bench.FirstLight;

/// <summary>Random pictures [1, 28, 28] as the peers have them.</summary>
internal static class Images
{
    private const int Examples = 60_000;
    private const int Pixels = 784;

    /// <summary>Pixels of which three in ten are 1.</summary>
    public static Dataset Binary()
    {
        var pixels = Bits();
        foreach (ref var pixel in pixels.AsSpan()) pixel = pixel > 178 ? (byte)1 : (byte)0;
        return Of(pixels, 2);
    }

    /// <summary>Pixels of all levels of grey alike.</summary>
    public static Dataset Grey() => Of(Bits(), 256);

    /// <summary>The same, to be drawn as 0 and 1 anew in each epoch.</summary>
    public static Dataset Dynamic() => Grey().Binarized(new() { Binarization = Binarization.Dynamic });

    private static byte[] Bits()
    {
        var bytes = new byte[Examples * Pixels];
        new Rng(1).Fork("data").Bits(bytes.AsSpan());
        return bytes;
    }

    private static Dataset Of(byte[] pixels, int levels) => new("images", new(ElementType.UInt8, [Examples, 1, 28, 28], pixels), levels);
}
