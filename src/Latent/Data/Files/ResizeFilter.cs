namespace Latent.Data;

/// <summary>How pictures are brought to a size.</summary>
public enum ResizeFilter
{
    /// <summary>The mean over the part of the old picture that a new pixel covers: for making pictures smaller.</summary>
    Box,
    /// <summary>Between the four nearest pixels, or over as many more as the picture shrinks (a triangle): for any change of size.</summary>
    Bilinear,
}
