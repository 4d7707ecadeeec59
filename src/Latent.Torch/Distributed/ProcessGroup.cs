using System.Globalization;
using System.Text;
using Latent.Torch.Native;

namespace Latent.Torch;

/// <summary>
/// Processes, on one machine or many, that train one model together. They find each other through a TCP store on the
/// machine of rank 0.
/// </summary>
/// <remarks>Operations block until all ranks have joined, and throw when that takes longer than the timeout.</remarks>
public sealed unsafe class ProcessGroup : IDisposable
{
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromMinutes(5);
    private nint handle;

    private ProcessGroup(nint handle, int rank, int size) => (this.handle, Rank, Size) = (handle, rank, size);

    /// <summary>This process's number, from 0.</summary>
    public int Rank { get; }

    /// <summary>How many processes there are.</summary>
    public int Size { get; }

    /// <summary>Whether this libtorch can make groups of a backend, <c>gloo</c> (CPU) or <c>nccl</c> (GPU).</summary>
    public static bool IsAvailable(string backend)
    {
        fixed (byte* b = Encoding.UTF8.GetBytes(backend + '\0')) return NativeMethods.lt_group_available(b) != 0;
    }

    /// <summary>Joins the group that the usual variables describe: <c>MASTER_ADDR</c>, <c>MASTER_PORT</c>, <c>RANK</c>, <c>WORLD_SIZE</c>.</summary>
    /// <exception cref="InvalidOperationException">A variable is missing or is no number.</exception>
    /// <exception cref="TorchException">The others did not come in time, or the backend is absent.</exception>
    public static ProcessGroup Join(string backend = "gloo", TimeSpan? timeout = null) =>
        Join(backend, Variable("MASTER_ADDR"), Number("MASTER_PORT"), Number("RANK"), Number("WORLD_SIZE"), timeout);

    /// <summary>Joins a group: rank 0 listens at the address and port, the others connect to it.</summary>
    /// <inheritdoc cref="Join(string, TimeSpan?)"/>
    public static ProcessGroup Join(string backend, string address, int port, int rank, int size, TimeSpan? timeout = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (port is < 1 or > 65535) throw new ArgumentOutOfRangeException(nameof(port), port, "A port lies in [1, 65535].");
        if (rank < 0 || rank >= size) throw new ArgumentOutOfRangeException(nameof(rank), rank, $"Ranks of a group of {size} lie in [0, {size}).");
        nint group;
        fixed (byte* b = Encoding.UTF8.GetBytes(backend + '\0'), a = Encoding.UTF8.GetBytes(address + '\0'))
            NativeMethods.Check(
                NativeMethods.lt_group_new(b, a, port, rank, size, (long)(timeout ?? UsualTimeout).TotalMilliseconds, &group),
                $"Rank {rank} of {size} could not join the {backend} group at {address}:{port}");
        return new(group, rank, size);
    }

    /// <summary>Replaces the tensor on every rank by the sum over ranks, or their mean.</summary>
    /// <exception cref="TorchException">A rank is missing, or shapes or types differ.</exception>
    public void AllReduce(Tensor tensor, bool mean = false) =>
        NativeMethods.Check(NativeMethods.lt_group_all_reduce(Live, tensor.Handle, mean ? 1 : 0), $"All-reduce on rank {Rank} of {Size}");

    /// <summary>Replaces the tensor on every rank by that of one.</summary>
    /// <inheritdoc cref="AllReduce"/>
    public void Broadcast(Tensor tensor, int root = 0) =>
        NativeMethods.Check(NativeMethods.lt_group_broadcast(Live, tensor.Handle, root), $"Broadcast on rank {Rank} of {Size}");

    /// <summary>Waits until every rank is here.</summary>
    /// <inheritdoc cref="AllReduce"/>
    public void Barrier() => NativeMethods.Check(NativeMethods.lt_group_barrier(Live), $"Barrier on rank {Rank} of {Size}");

    /// <summary>Leaves the group.</summary>
    public void Dispose()
    {
        if (handle == 0) return;
        NativeMethods.Check(NativeMethods.lt_group_free(handle), "Leaving the process group");
        handle = 0;
    }

    private nint Live => handle != 0 ? handle : throw new ObjectDisposedException(nameof(ProcessGroup));

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"The variable {name} is not set. A process group needs MASTER_ADDR, MASTER_PORT, RANK and WORLD_SIZE, as torchrun and its like set them.");

    private static int Number(string name) => int.TryParse(Variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new InvalidOperationException($"The variable {name} is '{Variable(name)}', which is no whole number.");
}
