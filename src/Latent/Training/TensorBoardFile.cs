using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;

namespace Latent.Training;

/// <summary>A file of events that TensorBoard shows: curves and pictures over steps.</summary>
/// <remarks>
/// <para>Source: TensorFlow's records (the content's length as 8 bytes, their checksum, the content, its checksum; little-endian), which
/// hold messages of <c>event.proto</c> and <c>summary.proto</c> in https://github.com/tensorflow/tensorboard, <c>tensorboard/compat/proto</c>.</para>
/// <para>A run that is resumed opens a new file beside the old ones and says in it from which step on it writes anew: TensorBoard
/// then forgets what the old files say of those steps.</para>
/// <para>Numerics: TensorBoard's scalars are Float32; NaN and infinities are kept.</para>
/// <para>Records wait in a buffer until <see cref="Flush"/>. One thread writes at a time.</para>
/// </remarks>
public sealed class TensorBoardFile : IDisposable
{
    private const ulong PngSignature = 0x89_50_4E_47_0D_0A_1A_0A;

    private const int Enough = 1 << 16; // bytes that wait at most

    private readonly TimeProvider _clock;
    private readonly GrowingFile _file;
    private readonly ArrayBufferWriter<byte> _waiting = new();

    /// <summary>Creates the file <c>events.out.tfevents.SECONDS.NAME</c>.</summary>
    /// <param name="folder">Where; it must exist.</param>
    /// <param name="name">How the file's name ends: the run's name, or the machine's.</param>
    /// <param name="resumedAfter">The step of the checkpoint that the run resumes from; null for a new run.</param>
    /// <param name="clock">Dates the events and the file's name; the system's clock if null.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">You may not write to the folder.</exception>
    public TensorBoardFile(string folder, string name, long? resumedAfter = null, TimeProvider? clock = null)
    {
        _clock = clock ?? TimeProvider.System;
        _file = Create(folder, name, _clock.GetUtcNow().ToUnixTimeSeconds());
        Write(Event(0).Text(3, "brain.Event:2"));                                   // file_version
        if (resumedAfter is { } last)
            Write(Event(last + 1).Message(7, new ProtobufMessage().Integer(1, 1))); // session_log { status = START }
    }

    /// <summary>The file.</summary>
    public string Path => _file.Path;

    /// <summary>Adds a point to a curve.</summary>
    /// <param name="tag">The curve's name; the part before a slash groups curves.</param>
    /// <param name="value">The value; nothing is lost up to Float32.</param>
    /// <param name="step">The step it belongs to.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Scalar(string tag, double value, long step) =>
        Write(step, new ProtobufMessage().Text(1, tag).Float(2, (float)value)); // tag, simple_value

    /// <summary>Adds a picture to a row of pictures.</summary>
    /// <param name="tag">The row's name; the part before a slash groups rows.</param>
    /// <param name="png">The bytes of a PNG file, as <see cref="Torch.ImageFile.EncodePng"/> makes them.</param>
    /// <param name="step">The step it belongs to.</param>
    /// <exception cref="ArgumentException">The bytes are no PNG file.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Picture(string tag, ReadOnlySpan<byte> png, long step)
    {
        if (png.Length < 26 || BinaryPrimitives.ReadUInt64BigEndian(png) != PngSignature)
            throw new ArgumentException($"The {png.Length} bytes are no PNG file. Encode the picture with ImageFile.EncodePng.", nameof(png));
        // The signature, then the header: its length, its name, width, height, bits per channel, type of colour.
        var channels = png[25] switch { 0 => 1, 4 => 2, 6 => 4, _ => 3 }; // grey, grey and alpha, RGBA, RGB or a palette of it
        var image = new ProtobufMessage()
            .Integer(1, BinaryPrimitives.ReadInt32BigEndian(png[20..])) // height
            .Integer(2, BinaryPrimitives.ReadInt32BigEndian(png[16..])) // width
            .Integer(3, channels)                                       // colorspace
            .Bytes(4, png);                                             // encoded_image_string
        Write(step, new ProtobufMessage().Text(1, tag).Message(4, image)); // tag, image
    }

    /// <summary>Hands the records so far to the system, where TensorBoard sees them.</summary>
    /// <exception cref="IOException">They cannot be written, as when the disk is full; no part of them is, and they are given up.</exception>
    public void Flush()
    {
        try
        {
            _file.Append(_waiting.WrittenSpan);
        }
        finally
        {
            _waiting.ResetWrittenCount();
        }
    }

    /// <summary>Writes what waits and closes the file.</summary>
    public void Dispose()
    {
        using (_file) Flush();
    }

    /// <summary>TensorBoard reads a run's files in the order of their names, so a later file gets a later second.</summary>
    private static GrowingFile Create(string folder, string name, long second)
    {
        const string Prefix = "events.out.tfevents.";
        foreach (var earlier in Directory.EnumerateFiles(folder, $"{Prefix}*"))
            if (long.TryParse(System.IO.Path.GetFileName(earlier).Split('.')[3], CultureInfo.InvariantCulture, out var s)) second = Math.Max(second, s + 1);
        return new(new(System.IO.Path.Combine(folder, $"{Prefix}{second}.{name}"), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0));
    }

    private ProtobufMessage Event(long step) =>
        new ProtobufMessage().Double(1, (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds).Integer(2, step); // wall_time, step

    private void Write(long step, ProtobufMessage value) =>
        Write(Event(step).Message(5, new ProtobufMessage().Message(1, value))); // summary { value }

    private void Write(ProtobufMessage @event)
    {
        var content = @event.Encoded;
        var record = new byte[8 + 4 + content.Length + 4];
        BinaryPrimitives.WriteInt64LittleEndian(record, content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), Crc32C.Masked(record.AsSpan(0, 8)));
        content.CopyTo(record.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + content.Length), Crc32C.Masked(content));
        _waiting.Write(record);
        if (_waiting.WrittenCount >= Enough) Flush();
    }
}
