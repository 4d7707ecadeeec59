namespace Latent.Models;

/// <summary>Keeps the traces that models make on this thread, for whoever must look at their variables afterwards.</summary>
internal sealed class TraceWatch : IDisposable
{
    [ThreadStatic] private static TraceWatch? current;

    private readonly List<Trace> traces = [];

    /// <summary>Begins to keep.</summary>
    public TraceWatch() => current = this;

    /// <summary>The traces made since.</summary>
    public IReadOnlyList<Trace> Traces => traces;

    /// <summary>To be called with each new trace.</summary>
    public static Trace Saw(Trace trace)
    {
        current?.traces.Add(trace);
        return trace;
    }

    /// <summary>Ends it.</summary>
    public void Dispose() => current = null;
}
