namespace Latent.Bench;

/// <summary>What a figure counts.</summary>
internal enum Unit
{
    Seconds,
    Bytes,
    Ratio,
    Percent,
}
