using System.Text.Json;
using Latent.Torch;

namespace Latent.Data;

/// <summary>
/// Files of piano rolls: <c>{"train": […], "valid": […], "test": […]}</c>, a piece being a list of steps and a step the list of the
/// MIDI pitches that sound, 21 to 108. Packed by gzip or not.
/// </summary>
/// <remarks>
/// <para>Shapes: sequences of steps [88] of 0 and 1; key k is pitch 21 + k, from A0 to C8.</para>
/// <para>Source: Boulanger-Lewandowski, Bengio, Vincent, "Modeling temporal dependencies in high-dimensional sequences", 2012.</para>
/// </remarks>
public static class PianoRollFile
{
    /// <summary>The keys of a piano.</summary>
    public const int Keys = 88;

    private const int Lowest = 21;

    /// <summary>Reads a file.</summary>
    /// <param name="name">The name of the set.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="MalformedFileException">It is no JSON, a part is missing or empty, or a pitch is no whole number from 21 to 108.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static DataSplits Read(string name, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(FileContent.Read(path));
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new MalformedFileException(path, "line 1", "The file is no object with the parts train, valid and test.", "Write {\"train\": […], \"valid\": […], \"test\": […]}.");
            var (train, validation, test) = (Part("train", "train"), Part("valid", "validation"), Part("test", "test"));
            return new(name, $"as published: {train.Count} / {validation.Count} / {test.Count} pieces", train, validation, test);

            Dataset Part(string key, string part) => document.RootElement.TryGetProperty(key, out var pieces)
                ? ReadPart($"{name}/{part}", path, key, pieces)
                : throw new MalformedFileException(path, "top level", $"There is no part '{key}'.", "Write {\"train\": […], \"valid\": […], \"test\": […]}.");
        }
        catch (JsonException e)
        {
            throw new MalformedFileException(path, $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}", "This is no JSON.", FileContent.FetchAgain, e);
        }
    }

    private static Dataset ReadPart(string name, string path, string part, JsonElement pieces)
    {
        var lengths = new List<int>();
        var steps = new List<byte[]>();
        foreach (var (piece, p) in List(pieces, part))
        {
            var before = steps.Count;
            foreach (var (step, s) in List(piece, $"{part}[{p}]"))
            {
                var keys = new byte[Keys];
                foreach (var (pitch, i) in List(step, $"{part}[{p}][{s}]"))
                {
                    if (pitch.ValueKind != JsonValueKind.Number || !pitch.TryGetInt32(out var number) || number < Lowest || number >= Lowest + Keys)
                        throw new MalformedFileException(path, $"{part}[{p}][{s}][{i}]", $"{Quoted.Name(pitch.GetRawText())} is no pitch from 21 to 108.", "Leave out or transpose what a piano does not have.");
                    keys[number - Lowest] = 1;
                }
                steps.Add(keys);
            }
            if (steps.Count == before) throw new MalformedFileException(path, $"{part}[{p}]", "The piece has no steps.", "Leave it out.");
            lengths.Add(steps.Count - before);
        }
        if (lengths.Count == 0) throw new MalformedFileException(path, part, "The part has no pieces.", FileContent.FetchAgain);
        return new(name, new(ElementType.UInt8, [steps.Count, Keys], steps.SelectMany(keys => keys).ToArray()), 2, lengths: lengths);

        IEnumerable<(JsonElement Item, int Index)> List(JsonElement element, string place) => element.ValueKind == JsonValueKind.Array
            ? element.EnumerateArray().Select((item, index) => (item, index))
            : throw new MalformedFileException(path, place, "This is no list.", "A part is a list of pieces, a piece a list of steps, a step a list of pitches.");
    }
}
