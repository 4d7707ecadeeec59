using Latent.Torch.Native;

namespace Latent.Torch;

/// <summary>Pictures as tensors of bytes [H, W, C]: reads PNG and JPEG, writes PNG.</summary>
public static unsafe class ImageFile
{
    /// <summary>Reads a PNG or JPEG file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="channels">1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGB, alpha) to convert to; 0 keeps the file's own.</param>
    /// <exception cref="FormatException">The file is no PNG or JPEG, or is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Tensor Read(string path, int channels = 0) => Decode(File.ReadAllBytes(path), path, channels);

    /// <summary>Decodes the bytes of a PNG or JPEG file; <paramref name="name"/> stands for it in messages.</summary>
    /// <inheritdoc cref="Read"/>
    public static Tensor Decode(ReadOnlySpan<byte> bytes, string name, int channels = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(channels);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 4);
        byte* pixels = null;
        int height, width, found;
        fixed (byte* b = bytes)
        {
            if (NativeMethods.lt_image_decode(b, bytes.Length, channels, &pixels, &height, &width, &found) < 0)
                throw new FormatException($"{name} is no PNG or JPEG picture that can be read: {NativeMethods.LastError}.");
        }
        try
        {
            var depth = channels == 0 ? found : channels;
            return Tensor.From(new ReadOnlySpan<byte>(pixels, checked(height * width * depth)), height, width, depth);
        }
        finally
        {
            NativeMethods.lt_image_free(pixels);
        }
    }

    /// <summary>The bytes of a PNG file of a picture [H, W, C] with 1 to 4 channels.</summary>
    /// <exception cref="ArgumentException">The tensor is no such picture of bytes.</exception>
    public static byte[] EncodePng(Tensor picture)
    {
        if (picture.ElementType != ElementType.UInt8 || picture.Shape is not [> 0 and <= int.MaxValue, > 0 and <= int.MaxValue, >= 1 and <= 4])
            throw new ArgumentException($"A picture is UInt8 [H, W, C] with 1 to 4 channels, not {picture.Summary}. Scale to 0..255, convert with To(ElementType.UInt8) and move channels last.", nameof(picture));
        using var scope = TensorScope.Open();
        var pixels = picture.To(Device.Cpu).Contiguous();
        byte* bytes;
        long length;
        var (height, width, channels) = ((int)picture.Size(0), (int)picture.Size(1), (int)picture.Size(2));
        NativeMethods.Check(NativeMethods.lt_image_encode_png(pixels.Pointer<byte>(), height, width, channels, &bytes, &length), "Encoding a PNG");
        try
        {
            return new ReadOnlySpan<byte>(bytes, checked((int)length)).ToArray();
        }
        finally
        {
            NativeMethods.lt_image_free(bytes);
        }
    }
}
