namespace Latent.Torch;

/// <summary>What a safetensors header says of one tensor.</summary>
public sealed class SafetensorsEntry
{
    internal SafetensorsEntry(string name, ElementType elementType, Shape shape, long offset, long byteCount)
    {
        Name = name;
        ElementType = elementType;
        Shape = shape;
        Offset = offset;
        ByteCount = byteCount;
    }

    /// <summary>The tensor's name.</summary>
    public string Name { get; }

    /// <summary>The type of the elements.</summary>
    public ElementType ElementType { get; }

    /// <summary>The sizes, outermost axis first; none for a scalar.</summary>
    public Shape Shape { get; }

    /// <summary>Where the first element lies, in bytes from the end of the header.</summary>
    public long Offset { get; }

    /// <summary>The bytes the elements take.</summary>
    public long ByteCount { get; }
}
