using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Latent.Torch;

/// <summary>
/// Threads that each take a share of a batch through forward and backward, with single-threaded kernels: on a few cores that
/// beats threads inside each operator. The thread that makes the team is its first member.
/// </summary>
/// <remarks>
/// Members wait for work by spinning for a moment, then asleep. While the team lives, operators on its threads use one thread and
/// flush denormal numbers, and an <see cref="Optimizer"/> step on the thread that made it shares its pass among the team.
/// </remarks>
/// <example><code>
/// using var team = new ReplicaTeam(2);
/// var replicas = team.Replicate(store);
/// team.Run(r => models[r].Loss(share[r]).Backward());
/// adam.Step(learningRate, replicas);
/// </code></example>
public sealed unsafe class ReplicaTeam : IDisposable
{
    /// <summary>Rounds of about a tenth of a microsecond that a member spins before it sleeps.</summary>
    private const int SpinRounds = 2000;

    [ThreadStatic] private static ReplicaTeam? current;

    private readonly Thread[] others;
    private readonly Exception?[] failures;
    private readonly object gate = new();
    private readonly int threadsBefore;
    private readonly bool flushedBefore;
    private Action<int>? body;
    private int round;
    private int unfinished;
    private int asleep;
    private bool isRunning;
    private bool isDisposed;
    private void* room;
    private long roomBytes;

    /// <summary>A team of this many threads, the current one included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is not positive.</exception>
    /// <exception cref="InvalidOperationException">This thread has a team already.</exception>
    public ReplicaTeam(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (current is not null) throw new InvalidOperationException("This thread has a team already; dispose it before you make another.");
        threadsBefore = Libtorch.Threads;
        flushedBefore = Libtorch.FlushesDenormals;
        failures = new Exception?[size];
        Distance = new(this);
        Prepare();
        others = [.. Enumerable.Range(1, size - 1).Select(replica => new Thread(() => Follow(replica)) { IsBackground = true, Name = $"replica {replica}" })];
        foreach (var thread in others) thread.Start();
        current = this;
    }

    /// <summary>How many members there are.</summary>
    public int Size => failures.Length;

    /// <summary>How far the members' cores are apart.</summary>
    internal CoreDistance Distance { get; }

    /// <summary>The idle team that was made on this thread, if any.</summary>
    internal static ReplicaTeam? Idle => current is { isRunning: false } team ? team : null;

    /// <summary>A replica of the store for each member; they must be disposed before the store.</summary>
    public ParameterStore[] Replicate(ParameterStore store) => [.. Enumerable.Range(0, Size).Select(_ => store.Replicate())];

    /// <summary>Calls <paramref name="work"/> with 0, …, size − 1, each on its member, and returns when all are done.</summary>
    /// <remarks>What <paramref name="work"/> makes lives in scopes that it opens itself.</remarks>
    /// <exception cref="InvalidOperationException">It is called from within itself, or on another thread than that which made the team.</exception>
    public void Run(Action<int> work)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (current != this || isRunning) throw new InvalidOperationException("A team runs one thing at a time, called from the thread that made it.");
        isRunning = true;
        body = work;
        Volatile.Write(ref unfinished, others.Length);
        Begin();
        Try(0);
        WaitUntil(static team => Volatile.Read(ref team.unfinished) == 0);
        body = null;
        isRunning = false;
        var failure = Array.Find(failures, e => e is not null);
        Array.Clear(failures);
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Memory in which members hand data to each other, beginning at a cache line; one at a time may use it.</summary>
    internal void* Room(long bytes)
    {
        if (bytes > roomBytes)
        {
            NativeMemory.AlignedFree(room);
            room = NativeMemory.AlignedAlloc((nuint)bytes, 64);
            roomBytes = bytes;
        }
        return room;
    }

    /// <summary>Calls <paramref name="work"/> with 0, …, parts − 1, shared among the members.</summary>
    internal void Run(int parts, Action<int> work) => Run(r =>
    {
        for (var part = r; part < parts; part += Size) work(part);
    });

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        if (isDisposed) return;
        if (current != this || isRunning) throw new InvalidOperationException("A team is disposed on the thread that made it, when it is idle.");
        isDisposed = true;
        Begin();
        foreach (var thread in others) thread.Join();
        Libtorch.Threads = threadsBefore;
        if (!flushedBefore) Libtorch.TryFlushDenormals(false);
        NativeMemory.AlignedFree(room);
        current = null;
    }

    private static void Prepare()
    {
        Libtorch.Threads = 1;
        Libtorch.TryFlushDenormals(true); // where the processor can
    }

    private void Follow(int replica)
    {
        Prepare();
        for (var seen = 0; ;)
        {
            var last = seen;
            WaitUntil(team => Volatile.Read(ref team.round) != last);
            seen = Volatile.Read(ref round);
            if (Volatile.Read(ref isDisposed)) return;
            Try(replica);
            if (Interlocked.Decrement(ref unfinished) == 0) Wake();
        }
    }

    private void Try(int replica)
    {
        try
        {
            body!(replica);
        }
        catch (Exception e)
        {
            failures[replica] = e;
        }
    }

    private void Begin()
    {
        Interlocked.Increment(ref round);
        Wake();
    }

    private void Wake()
    {
        // Who goes to sleep counts itself first and looks again under the lock: it is either counted here or sees the change.
        if (Volatile.Read(ref asleep) == 0) return;
        lock (gate) Monitor.PulseAll(gate);
    }

    private void WaitUntil(Func<ReplicaTeam, bool> condition)
    {
        for (var i = 0; i < SpinRounds; i++)
        {
            if (condition(this)) return;
            Thread.SpinWait(8);
        }
        lock (gate)
        {
            Interlocked.Increment(ref asleep);
            while (!condition(this)) Monitor.Wait(gate);
            Interlocked.Decrement(ref asleep);
        }
    }
}
