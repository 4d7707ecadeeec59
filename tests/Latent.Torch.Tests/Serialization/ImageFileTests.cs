namespace Latent.Torch.Tests.Serialization;

public sealed class ImageFileTests : ScopedTest
{
    /// <summary>8×8 pixels of colour (200, 100, 50), written by libjpeg at quality 90.</summary>
    private const string Jpeg =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wAARCAAIAAgDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwCpRRRX4ef0gf/Z";

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Png_comes_back_as_it_went(int channels) => Scoped(() =>
    {
        var picture = Tensor.From(Enumerable.Range(0, 5 * 3 * channels).Select(i => (byte)(i * 37)).ToArray(), 5, 3, channels);
        var bytes = ImageFile.EncodePng(picture);
        Assert.True(ImageFile.Decode(bytes, "picture").Equal(picture));
        Assert.Equal(new Shape([5, 3, 3]), ImageFile.Decode(bytes, "picture", channels: 3).Shape);
    });

    [Fact]
    public void Jpeg_is_read() => Scoped(() =>
    {
        var picture = ImageFile.Decode(Convert.FromBase64String(Jpeg), "tiny.jpg");
        Assert.Equal(new Shape([8, 8, 3]), picture.Shape);
        var colour = picture[4, 4].ToArray<byte>();
        Assert.InRange(colour[0], 197, 203);
        Assert.InRange(colour[1], 97, 103);
        Assert.InRange(colour[2], 47, 53);
    });

    [Fact]
    public void Damaged_pictures_and_wrong_tensors_are_refused() => Scoped(() =>
    {
        var bytes = ImageFile.EncodePng(Tensor.Zeros([4, 4, 3], dtype: ElementType.UInt8));
        Assert.Contains("x.png is no PNG or JPEG", Assert.Throws<FormatException>(() => ImageFile.Decode(bytes.AsSpan(0, 40), "x.png")).Message);
        Assert.Throws<FormatException>(() => ImageFile.Decode([], "x.png"));
        Assert.Contains("[H, W, C]", Assert.Throws<ArgumentException>(() => ImageFile.EncodePng(Tensor.Zeros([4, 4, 3]))).Message);
        Assert.Throws<ArgumentException>(() => ImageFile.EncodePng(Tensor.Zeros([4, 4, 5], dtype: ElementType.UInt8)));
        Assert.Throws<FileNotFoundException>(() => ImageFile.Read("/no-such-picture.png"));
    });
}
