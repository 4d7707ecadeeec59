using System.Runtime.CompilerServices;
using Latent.Torch.Native;

namespace Latent.Torch;

/// <summary>
/// Owns native tensors: an array of handles that grows and shrinks like a stack. Each thread has one, where scopes
/// are regions of the stack; a <see cref="ParameterStore"/> has one of its own that lasts as long as the store.
/// </summary>
/// <remarks>
/// A tensor is (arena, slot, serial). Serials are never used twice in an arena, so that a tensor knows in one comparison
/// whether its slot still holds it. What was freed leaves its shape and type behind until its slot is freed again.
/// </remarks>
internal sealed unsafe class Arena
{
    [ThreadStatic] private static Arena? current;

    private nint[] handles = GC.AllocateUninitializedArray<nint>(64, pinned: true);
    private long[] serials = new long[64];
    private long[] deadSerials = new long[64];
    private Epitaph[] epitaphs = GC.AllocateUninitializedArray<Epitaph>(64, pinned: true);
    private readonly List<(Tensor Tensor, int Depth)> returned = [];
    private readonly bool isThreadOwned;
    private int top;
    private int depth;
    private long nextSerial = 1;

    private Arena(bool isThreadOwned) => this.isThreadOwned = isThreadOwned;

    /// <summary>The arena of this thread's scopes.</summary>
    public static Arena Current => current ??= new Arena(isThreadOwned: true);

    /// <summary>An arena outside all scopes, for a long-lived owner.</summary>
    public static Arena LongLived() => new(isThreadOwned: false);

    /// <summary>Handles that are held now.</summary>
    public int LiveCount
    {
        get
        {
            var count = 0;
            for (var i = 0; i < top; i++) if (handles[i] != 0) count++;
            return count;
        }
    }

    /// <summary>How many scopes are open.</summary>
    public int Depth => depth;

    /// <summary>Takes over a handle.</summary>
    /// <exception cref="InvalidOperationException">No scope is open on this thread.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Tensor Add(nint handle, ushort origin)
    {
        var slot = top;
        if (slot == handles.Length || (isThreadOwned && depth == 0)) return AddSlowly(handle, origin);
        top = slot + 1;
        var serial = nextSerial++;
        handles[slot] = handle;
        serials[slot] = serial;
        return new Tensor(this, slot, serial, origin);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Tensor AddSlowly(nint handle, ushort origin)
    {
        if (isThreadOwned && depth == 0)
        {
            NativeMethods.lt_free(&handle, 1, null);
            throw NoScope(Operator.NameOf(origin));
        }
        var capacity = 2 * handles.Length;
        Grow(ref handles, capacity);
        Array.Resize(ref serials, capacity);
        Array.Resize(ref deadSerials, capacity);
        Grow(ref epitaphs, capacity);
        return Add(handle, origin);
    }

    /// <summary>Refuses work whose results nobody would free.</summary>
    /// <exception cref="InvalidOperationException">No scope is open on this thread.</exception>
    public void RequireScope(string origin)
    {
        if (isThreadOwned && depth == 0) throw NoScope(origin);
    }

    private static InvalidOperationException NoScope(string origin) => new(
        $"A tensor was made ({origin}) with no scope open on this thread, so nobody would free it. "
        + "Open one around the work: using var scope = TensorScope.Open();");

    private static void Grow<T>(ref T[] array, int capacity) where T : unmanaged
    {
        var larger = GC.AllocateUninitializedArray<T>(capacity, pinned: true);
        array.CopyTo(larger, 0);
        array = larger;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint HandleOf(Tensor tensor)
    {
        var slot = tensor.Slot;
        if (serials[slot] != tensor.Serial) ThrowEnded(tensor);
        return handles[slot];
    }

    public bool Holds(Tensor tensor) => serials[tensor.Slot] == tensor.Serial;

    private void ThrowEnded(Tensor tensor)
    {
        var what = deadSerials[tensor.Slot] == tensor.Serial ? epitaphs[tensor.Slot].ToString() : "of a shape no longer known";
        throw new ObjectDisposedException(nameof(Tensor),
            $"This tensor ({what}, made by {Operator.NameOf(tensor.Origin)}) was used after the end of the scope that owned it. "
            + (isThreadOwned
                ? "Keep it with scope.Return(tensor), use it inside the scope, or store it in a ParameterStore."
                : "The ParameterStore that owned it was disposed."));
    }

    public (int Start, int Depth) Open() => (top, ++depth);

    public void Close(int start, int closingDepth)
    {
        if (closingDepth > depth)
            throw new InvalidOperationException("This scope has ended before: a scope ends once, on the thread that opened it.");
        if (closingDepth < depth) EndForgotten(start, closingDepth);
        var kept = KeepReturned(closingDepth);
        Free(start, top - start);
        top = start;
        depth--;
        foreach (var (tensor, handle) in kept)
        {
            // Growth cannot be needed: what is kept was in the region just freed.
            handles[top] = handle;
            serials[top] = tensor.Serial;
            tensor.Slot = top++;
        }
    }

    // The forgotten scopes end with the one around them, so that the thread can go on and a first exception is not followed by others.
    private void EndForgotten(int start, int closingDepth)
    {
        var forgotten = depth - closingDepth;
        depth = closingDepth;
        returned.RemoveAll(r => r.Depth > closingDepth);
        Close(start, closingDepth);
        throw new InvalidOperationException($"{forgotten} inner scopes were still open when this one ended; they have been ended with it. Scopes end innermost first: open each with using.");
    }

    private List<(Tensor, nint)> KeepReturned(int closingDepth)
    {
        if (returned.Count == 0 || returned[^1].Depth != closingDepth) return NothingKept;
        var kept = new List<(Tensor, nint)>();
        var first = returned.Count;
        while (first > 0 && returned[first - 1].Depth == closingDepth) first--;
        for (var i = first; i < returned.Count; i++)
        {
            var tensor = returned[i].Tensor;
            if (!Holds(tensor) || handles[tensor.Slot] == 0) continue;
            kept.Add((tensor, handles[tensor.Slot]));
            handles[tensor.Slot] = 0;
        }
        returned.RemoveRange(first, returned.Count - first);
        return kept;
    }

    private static readonly List<(Tensor, nint)> NothingKept = [];

    public Tensor Return(Tensor tensor, int start, int fromDepth)
    {
        if (fromDepth != depth) throw new InvalidOperationException("Return from a scope while it is the innermost one.");
        if (depth == 1) throw new InvalidOperationException("This is the outermost scope: there is no parent to return the tensor to. Open a scope around it (using var scope = TensorScope.Open();), or copy the values out.");
        _ = tensor.Handle;
        if (tensor.Owner == this && tensor.Slot >= start && !returned.Contains((tensor, fromDepth))) returned.Add((tensor, fromDepth));
        return tensor;
    }

    /// <summary>Frees <paramref name="old"/> and lets <paramref name="next"/> live in its place.</summary>
    public void Replace(Tensor old, Tensor next)
    {
        if (ReferenceEquals(old, next)) return;
        if (old.Owner != this || next.Owner != this) throw new InvalidOperationException("Replace works within the scopes of one thread.");
        var handle = next.Handle;
        _ = old.Handle;
        var (slot, from) = (old.Slot, next.Slot);
        if (from < slot) throw new InvalidOperationException("Replace moves a tensor outward, into the place of one of an outer scope; this one is in the outer scope already.");
        Free(slot, 1);
        handles[from] = 0;
        serials[from] = 0;
        handles[slot] = handle;
        serials[slot] = next.Serial;
        next.Slot = slot;
    }

    /// <summary>Frees everything; the arena can be used again.</summary>
    public void Clear()
    {
        Free(0, top);
        top = 0;
    }

    private void Free(int start, int count)
    {
        if (count == 0) return;
        for (var i = start; i < start + count; i++)
        {
            deadSerials[i] = handles[i] == 0 ? 0 : serials[i];
            serials[i] = 0;
        }
        fixed (nint* h = &handles[start])
        fixed (Epitaph* e = &epitaphs[start]) NativeMethods.Check(NativeMethods.lt_free(h, count, e), "Freeing tensors");
    }
}
