namespace Latent.Data;

/// <summary>A file of a named set.</summary>
/// <param name="Path">Its path from the data root, with slashes.</param>
/// <param name="Sha256">Its SHA-256 in hexadecimal digits.</param>
/// <param name="Url">Where this very file can be fetched; null if it must be put there by hand.</param>
public sealed record SetFile(string Path, string Sha256, Uri? Url = null);
