namespace Latent.Torch.Tests.Serialization;

/// <summary>The golden files in <c>reference/files</c>, and the arrays they hold.</summary>
internal static class ReferenceFiles
{
    private static readonly string s_folder = Find();

    public static string At(string name) => Path.Combine(s_folder, name);

    /// <summary>Element i, in row-major order, is 3 i − 50 cast to the type; for bool, whether i mod 3 is 0.</summary>
    public static HostArray Values(ElementType type, Shape shape)
    {
        return type switch
        {
            ElementType.Bool => Of(i => i % 3 == 0),
            ElementType.UInt8 => Of(i => unchecked((byte)Value(i))),
            ElementType.Int8 => Of(i => unchecked((sbyte)Value(i))),
            ElementType.Int16 => Of(i => (short)Value(i)),
            ElementType.Int32 => Of(Value),
            ElementType.Int64 => Of(i => (long)Value(i)),
            ElementType.Float16 => Of(i => (Half)Value(i)),
            ElementType.BFloat16 => Of(i => (BFloat16)Value(i)),
            ElementType.Float32 => Of(i => (float)Value(i)),
            _ => Of(i => (double)Value(i)),
        };

        static int Value(int i) => (3 * i) - 50;

        HostArray Of<T>(Func<int, T> element) where T : unmanaged =>
            HostArray.From<T>(Enumerable.Range(0, (int)shape.Elements).Select(element).ToArray(), shape);
    }

    public static void AssertEqual(HostArray expected, HostArray actual)
    {
        Assert.Equal(expected.ToString(), actual.ToString());
        Assert.Equal(expected.Bytes.ToArray(), actual.Bytes.ToArray());
    }

    private static string Find()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var candidate = Path.Combine(folder, "reference", "files");
            if (Directory.Exists(candidate)) return candidate;
        }
        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} has reference/files; run the tests from a checkout.");
    }
}
