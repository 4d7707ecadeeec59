namespace Latent.Torch;

public sealed unsafe partial class Tensor
{
    /// <summary>A tensor on the CPU with a copy of the values of an array from a file.</summary>
    public static Tensor From(HostArray array)
    {
        var tensor = Uninitialized(array.Shape, array.ElementType);
        array.Bytes.Span.CopyTo(new Span<byte>(tensor.Describe().Data, array.Bytes.Length));
        return tensor;
    }

    /// <summary>A copy of the values, to be written to a file: <c>SafetensorsFile.Write</c>, <c>NpyFile.Write</c>, <c>NpzFile.Write</c>.</summary>
    public HostArray ToHostArray()
    {
        using var scope = TensorScope.Open();
        var here = OnHost();
        var bytes = new ReadOnlySpan<byte>(here.Describe().Data, checked((int)(here.Elements * here.ElementType.Size())));
        return new HostArray(here.ElementType, here.Shape, bytes.ToArray());
    }
}
