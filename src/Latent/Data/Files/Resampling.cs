namespace Latent.Data;

/// <summary>Pictures of bytes [H, W, C] in another size: a separable filter, rows and columns by themselves.</summary>
internal static class Resampling
{
    /// <summary>Resizes a picture; each new byte is the weighted mean, rounded.</summary>
    public static byte[] Resize(ReadOnlySpan<byte> picture, int height, int width, int channels, int newHeight, int newWidth, ResizeFilter filter)
    {
        var wide = new float[height * newWidth * channels];
        var columns = Weights(width, newWidth, filter);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < newWidth; x++)
            {
                var (first, weights) = columns[x];
                for (var c = 0; c < channels; c++)
                {
                    var sum = 0f;
                    for (var k = 0; k < weights.Length; k++) sum += weights[k] * picture[(y * width + first + k) * channels + c];
                    wide[(y * newWidth + x) * channels + c] = sum;
                }
            }
        }
        var result = new byte[newHeight * newWidth * channels];
        var rows = Weights(height, newHeight, filter);
        var pitch = newWidth * channels;
        for (var y = 0; y < newHeight; y++)
        {
            var (first, weights) = rows[y];
            for (var i = 0; i < pitch; i++)
            {
                var sum = 0f;
                for (var k = 0; k < weights.Length; k++) sum += weights[k] * wide[(first + k) * pitch + i];
                result[y * pitch + i] = (byte)Math.Clamp(sum + 0.5f, 0, 255);
            }
        }
        return result;
    }

    /// <summary>For each new pixel the first old one that counts, and the weights from there on, which sum to 1.</summary>
    private static (int First, float[] Weights)[] Weights(int size, int newSize, ResizeFilter filter)
    {
        var scale = (double)size / newSize;
        var result = new (int, float[])[newSize];
        for (var i = 0; i < newSize; i++)
        {
            var (start, end) = (i * scale, (i + 1) * scale);
            var radius = Math.Max(1, scale);
            var centre = (i + 0.5) * scale;
            if (filter == ResizeFilter.Bilinear) (start, end) = (centre - radius, centre + radius);
            var first = Math.Max(0, (int)Math.Floor(start));
            var last = Math.Min(size, (int)Math.Ceiling(end)) - 1;
            var weights = new double[last - first + 1];
            for (var k = 0; k < weights.Length; k++)
            {
                var pixel = first + k;
                weights[k] = filter == ResizeFilter.Box
                    ? Math.Max(0, Math.Min(end, pixel + 1) - Math.Max(start, pixel))
                    : Math.Max(0, 1 - Math.Abs(pixel + 0.5 - centre) / radius);
            }
            var sum = weights.Sum();
            result[i] = (first, Array.ConvertAll(weights, w => (float)(w / sum)));
        }
        return result;
    }
}
