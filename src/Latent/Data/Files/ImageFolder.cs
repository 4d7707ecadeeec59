using Latent.Torch;

namespace Latent.Data;

/// <summary>A folder of PNG and JPEG pictures; where it has subfolders with pictures, each is a class.</summary>
/// <remarks>Shapes: [N, C, H, W] with 256 levels, in the order of the paths; labels number the subfolders in the order of their names.</remarks>
public static class ImageFolder
{
    /// <summary>Reads a folder.</summary>
    /// <param name="name">The name of the set.</param>
    /// <param name="path">The folder.</param>
    /// <param name="size">Height and width to bring every picture to; null to take them as they are, all of one size.</param>
    /// <param name="filter">How their size is changed.</param>
    /// <param name="channels">1 for grey, 3 for colour: converts each picture; null to take them as they are, all of one kind.</param>
    /// <exception cref="MalformedFileException">There are no pictures, one is damaged, or two differ in size or kind; the message names them.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static Dataset Read(string name, string path, (int Height, int Width)? size = null, ResizeFilter filter = ResizeFilter.Box, int? channels = null)
    {
        if (size is { } s)
        {
            Arguments.Positive(s.Height, nameof(size));
            Arguments.Positive(s.Width, nameof(size));
        }
        if (channels is not (null or 1 or 3)) throw new ArgumentOutOfRangeException(nameof(channels), channels, "Pictures have 1 channel (grey) or 3 (colour); null takes them as they are.");
        var classes = Directory.GetDirectories(path).Where(folder => Pictures(folder).Length > 0).Order(StringComparer.Ordinal).ToArray();
        var files = classes.Length == 0
            ? [.. Pictures(path).Select(file => (file, 0))]
            : classes.SelectMany((folder, label) => Pictures(folder).Select(file => (File: file, Label: label))).ToArray();
        if (files.Length == 0) throw new MalformedFileException(path, "folder", "There are no files .png, .jpg or .jpeg, here or in folders one level down.", "Name the folder that holds the pictures or their classes.");
        if (classes.Length > 0 && Pictures(path) is [var stray, ..])
            throw new MalformedFileException(stray, "folder", $"The picture lies beside folders of classes, such as '{classes[0]}'.", "Move it into one of them, or take the folders away.");

        var pixels = Array.Empty<byte>();
        (int Height, int Width, int Channels) shape = default;
        for (var i = 0; i < files.Length; i++)
        {
            var (bytes, found) = ReadPicture(files[i].Item1, size, filter, channels);
            if (i == 0)
            {
                shape = found;
                if (files.Length * (long)bytes.Length > Array.MaxLength)
                    throw new MalformedFileException(path, "folder", $"{files.Length} pictures like the first, {Shown(found)}, take {files.Length * (long)bytes.Length} bytes, and a data set holds {Array.MaxLength}.", "Make them smaller, as with --resize 64x64, or take fewer.");
                pixels = new byte[files.Length * bytes.Length];
            }
            if (found != shape)
            {
                throw new MalformedFileException(
                    files[i].Item1, "size", $"The picture is {Shown(found)}, and '{files[0].Item1}' is {Shown(shape)}.",
                    found.Channels != shape.Channels ? "Convert all to grey with --channels 1, or to colour with --channels 3." : $"Bring all to one size, as with --resize {shape.Height}x{shape.Width}.");
            }
            ToChannelsFirst(bytes, shape.Channels, pixels.AsSpan(i * bytes.Length, bytes.Length));
        }
        return new(name, new(ElementType.UInt8, [files.Length, shape.Channels, shape.Height, shape.Width], pixels), 256, classes.Length == 0 ? null : Array.ConvertAll(files, f => f.Item2));
    }

    private static string[] Pictures(string folder) =>
        [.. Directory.GetFiles(folder).Where(file => Path.GetExtension(file).ToLowerInvariant() is ".png" or ".jpg" or ".jpeg").Order(StringComparer.Ordinal)];

    private static (byte[] Bytes, (int Height, int Width, int Channels) Shape) ReadPicture(string file, (int Height, int Width)? size, ResizeFilter filter, int? channels)
    {
        using var scope = TensorScope.Open();
        Tensor picture;
        try
        {
            picture = ImageFile.Read(file, channels ?? 0);
        }
        catch (FormatException e) when (e is not MalformedFileException)
        {
            throw new MalformedFileException(file, "picture", "This is no PNG or JPEG picture that can be read.", "Take it away, or save it again.", e);
        }
        var (height, width, depth) = ((int)picture.Size(0), (int)picture.Size(1), (int)picture.Size(2));
        if (depth is 2 or 4)   // transparency is no part of the data
        {
            picture = picture.Narrow(2, 0, --depth).Contiguous();
        }
        var bytes = picture.AsSpan<byte>();
        return size is { } s
            ? (Resampling.Resize(bytes, height, width, depth, s.Height, s.Width, filter), (s.Height, s.Width, depth))
            : (bytes.ToArray(), (height, width, depth));
    }

    private static void ToChannelsFirst(ReadOnlySpan<byte> channelsLast, int channels, Span<byte> channelsFirst)
    {
        var area = channelsLast.Length / channels;
        for (var i = 0; i < area; i++)
            for (var c = 0; c < channels; c++)
                channelsFirst[c * area + i] = channelsLast[i * channels + c];
    }

    private static string Shown((int Height, int Width, int Channels) shape) => $"{shape.Height}×{shape.Width} with {shape.Channels} channel{(shape.Channels == 1 ? "" : "s")}";
}
