using Latent.Torch.Native;

namespace Latent.Torch;

/// <summary>
/// A recording of the GPU work of a step, replayed as one launch. The step must do the same work on the same memory each
/// time: write new data into the tensors it was captured with.
/// </summary>
public sealed unsafe class CudaGraph : IDisposable
{
    private nint handle;

    private CudaGraph(nint handle) => this.handle = handle;

    /// <summary>Records what <paramref name="step"/> does. Run it a few times before, so that its memory and libraries are set up.</summary>
    /// <remarks>Tensors of the step must belong to a scope outside, or to a store, if they are read after a replay.</remarks>
    /// <exception cref="TorchException">There is no CUDA, or the step does what cannot be recorded, such as copying to the CPU.</exception>
    public static CudaGraph Capture(Action step)
    {
        nint graph;
        NativeMethods.Check(NativeMethods.lt_cuda_graph_new(&graph), "Making a CUDA graph");
        var made = new CudaGraph(graph);
        try
        {
            NativeMethods.Check(NativeMethods.lt_cuda_graph_begin(graph), "Beginning to capture a CUDA graph");
            try
            {
                step();
            }
            finally
            {
                NativeMethods.Check(NativeMethods.lt_cuda_graph_end(graph), "Ending the capture of a CUDA graph");
            }
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>Does the recorded work again.</summary>
    public void Replay()
    {
        ObjectDisposedException.ThrowIf(handle == 0, this);
        NativeMethods.Check(NativeMethods.lt_cuda_graph_replay(handle), "Replaying a CUDA graph");
    }

    /// <summary>Frees the recording and its memory.</summary>
    public void Dispose()
    {
        if (handle == 0) return;
        NativeMethods.Check(NativeMethods.lt_cuda_graph_free(handle), "Freeing a CUDA graph");
        handle = 0;
    }
}
