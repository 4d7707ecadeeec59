namespace Latent.Bench;

/// <summary>How results are printed.</summary>
internal enum ReportFormat
{
    Text,
    Markdown,
    Json,
}
