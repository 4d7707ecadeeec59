namespace Latent.Networks;

/// <summary>What a <see cref="MaskedConv2d"/> sees of the pixel that it predicts.</summary>
/// <remarks>Source: van den Oord et al. 2016, Pixel recurrent neural networks, section 3.4.</remarks>
public enum MaskType
{
    /// <summary>The colours before its own: for the first layer, which sees the image.</summary>
    A,
    /// <summary>The colours before its own, and its own: for the layers after, whose features of a colour know only what comes before it.</summary>
    B,
}
