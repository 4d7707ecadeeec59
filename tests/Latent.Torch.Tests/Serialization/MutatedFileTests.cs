using System.Buffers.Binary;
using System.IO.Compression;

namespace Latent.Torch.Tests.Serialization;

/// <summary>Ten thousand damaged files of each format: each is refused with <see cref="MalformedFileException"/>, or what is read is what the file says; neither costs memory.</summary>
public sealed class MutatedFileTests : IDisposable
{
    // The files have some hundred bytes; the rest is buffers of streams, and exceptions.
    private const long AllocationLimit = 512 << 10;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Safetensors()
    {
        SafetensorsFile.Write(_folder.At("seed"), Enum.GetValues<ElementType>().ToDictionary(type => $"{type}/x", type => ReferenceFiles.Values(type, [3, (long)type % 3])), new Dictionary<string, string> { ["format"] = "pt", ["step"] = "17" });
        var seeds = new[] { File.ReadAllBytes(_folder.At("seed")), File.ReadAllBytes(ReferenceFiles.At("independent.safetensors")) };

        Survive(seeds, 1, Mutate, (path, bytes) =>
        {
            using var file = SafetensorsFile.Open(path);
            var read = file.Entries.Keys.Select(file.Read).SelectMany(array => array.Bytes.ToArray()).ToArray();
            Assert.Equal(bytes[(8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes))..], read);
        });

        static byte[] Mutate(Mutator mutator, byte[] file)
        {
            if (mutator.Below(3) == 0) return mutator.Wound(file);
            var data = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file);
            var header = mutator.Edit(file[8..data]);
            return [.. BitConverter.GetBytes((long)header.Length), .. header, .. file[data..]];
        }
    }

    [Fact]
    public void Npy() => Survive(NpySeeds(), 2, MutateNpy, (path, bytes) =>
    {
        var read = NpyFile.Read(path).Bytes;
        Assert.Equal(bytes[^read.Length..].Order(), read.ToArray().Order()); // byte order and axis order move bytes and change none
    });

    [Fact]
    public void Npz()
    {
        var golden = new[] { "stored.npz", "deflated.npz", "zip64.npz", "bare.npz" }.Select(ReferenceFiles.At).ToArray();
        var intact = golden.SelectMany(path =>
        {
            using var file = NpzFile.Open(path);
            return file.ReadAll().Values.Select(array => Convert.ToHexString(array.Bytes.Span)).ToList();
        }).ToHashSet();
        Survive([.. golden.Select(File.ReadAllBytes)], 3, (mutator, file) => mutator.Wound(file), (path, _) =>
        {
            using var file = NpzFile.Open(path);
            foreach (var array in file.ReadAll().Values) Assert.Contains(Convert.ToHexString(array.Bytes.Span), intact);
        });
    }

    /// <summary>As <see cref="Npy"/>, in an archive whose sizes and checksums are right.</summary>
    [Fact]
    public void Npy_within_npz() => Survive(NpySeeds(), 4, (mutator, file) =>
    {
        var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create))
        {
            using var entry = archive.CreateEntry("x.npy", mutator.Below(2) == 0 ? CompressionLevel.NoCompression : CompressionLevel.Fastest).Open();
            entry.Write(MutateNpy(mutator, file));
        }
        return stream.ToArray();
    }, (path, _) =>
    {
        using var file = NpzFile.Open(path);
        file.Read("x");
    }, cases: 2_000);

    private static byte[][] NpySeeds() =>
        [.. new[] { "f4", "b1", "i8", "big-f4", "fortran", "big-fortran", "scalar", "empty", "version-2", "version-3" }.Select(name => File.ReadAllBytes(ReferenceFiles.At($"{name}.npy")))];

    private static byte[] MutateNpy(Mutator mutator, byte[] file)
    {
        if (mutator.Below(3) == 0) return mutator.Wound(file);
        var start = file[6] == 1 ? 10 : 12;
        var data = start + BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(8));
        var header = mutator.Edit(file[start..data]);
        return [.. file[..8], (byte)header.Length, (byte)(header.Length >> 8), .. file[10..start], .. header, .. file[data..]];
    }

    /// <summary>Reads damaged files; some must be refused and some read, or the damage is not worth its name.</summary>
    private void Survive(byte[][] seeds, ulong seed, Func<Mutator, byte[], byte[]> mutate, Action<string, byte[]> read, int cases = 10_000)
    {
        var mutator = new Mutator(seed);
        var path = _folder.At("damaged");
        var refused = 0;
        for (var i = 0; i < cases; i++)
        {
            var bytes = mutate(mutator, seeds[mutator.Below(seeds.Length)]);
            File.WriteAllBytes(path, bytes);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(path, bytes);
            }
            catch (MalformedFileException)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"case {i}, {Convert.ToHexString(bytes)}: {e}");
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, AllocationLimit);
        }
        Assert.InRange(refused, cases / 4, cases * 99 / 100);
    }
}
