using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace Latent.Torch.Native;

/// <summary>The shim's exports, one to one; <c>native/torch_shim.h</c> says what each does.</summary>
internal static unsafe partial class NativeMethods
{
    public const string Library = "latent_torch";

    static NativeMethods() => NativeLibrary.SetDllImportResolver(typeof(NativeMethods).Assembly, LibtorchLoader.Resolve);

    [DllImport(Library)] public static extern byte* lt_error();
    [DllImport(Library)] public static extern void lt_set_error(byte* message);
    [DllImport(Library)] public static extern byte* lt_version(int running);
    [DllImport(Library)] public static extern byte* lt_config();
    [DllImport(Library)] public static extern int lt_get_threads();
    [DllImport(Library)] public static extern int lt_set_threads(int threads);
    [DllImport(Library)] public static extern int lt_set_flush_denormals(int value);

    [DllImport(Library)] public static extern int lt_find_operator(byte* name, byte* overload, nint* found);
    [DllImport(Library)] public static extern int lt_schema(nint op, byte* text, int capacity);
    [DllImport(Library)] public static extern int lt_call(nint op, NativeValue* arguments, int count, NativeValue* results, int capacity);

    [DllImport(Library), SuppressGCTransition] public static extern int lt_describe(nint tensor, TensorDescription* description);
    [DllImport(Library)] public static extern int lt_empty(long* sizes, int rank, int type, int deviceType, int deviceIndex, nint* made);
    [DllImport(Library)] public static extern int lt_view_memory(void* data, long* sizes, int rank, int type, nint* made);
    [DllImport(Library), SuppressGCTransition] public static extern int lt_retain(nint tensor);
    [DllImport(Library)] public static extern int lt_free(nint* tensors, int count, Epitaph* epitaphs);

    [DllImport(Library)] public static extern int lt_set_requires_grad(nint tensor, int value);
    [DllImport(Library)] public static extern int lt_backward(nint* outputs, nint* gradients, int count, int retainGraph, int createGraph);
    [DllImport(Library)] public static extern int lt_grad(nint* outputs, nint* gradients, int count, nint* inputs, int inputCount, int retainGraph, int createGraph, int allowUnused, nint* results);
    [DllImport(Library)] public static extern int lt_get_gradients(nint* leaves, int count, nint* gradients);
    [DllImport(Library)] public static extern int lt_set_gradients(nint* leaves, int count, nint* gradients);
    [DllImport(Library)] public static extern int lt_set_data(nint leaf, nint data);
    [DllImport(Library)] public static extern int lt_written(nint* written, int count);
    [DllImport(Library), SuppressGCTransition] public static extern int lt_get_mode(int mode);
    [DllImport(Library)] public static extern int lt_set_mode(int mode, int value, int type);
    [DllImport(Library)] public static extern int lt_begin_inference(nint* guard);
    [DllImport(Library)] public static extern int lt_end_inference(nint guard);
    [DllImport(Library)] public static extern int lt_attach_node(byte* name, nint* inputs, int inputCount, nint* outputs, int outputCount, nint* saved, int savedCount, delegate* unmanaged[Cdecl]<long, nint, nint*, int, nint*, int, int> backward, delegate* unmanaged[Cdecl]<long, void> release, long context);
    [DllImport(Library)] public static extern int lt_node_saved(nint node, nint* saved, int count);
    [DllImport(Library)] public static extern int lt_node_needs_input_gradient(nint node, int input);

    [DllImport(Library)] public static extern int lt_gemm(nint gemm, byte transposeA, byte transposeB, long m, long n, long k, float alpha, void* a, long lda, void* b, long ldb, float beta, float* c, long ldc);

    [DllImport(Library)] public static extern int lt_cuda_count();
    [DllImport(Library)] public static extern int lt_cuda_name(int index, byte* text, int capacity);
    [DllImport(Library)] public static extern int lt_cuda_memory(int index, long* freeBytes, long* totalBytes);
    [DllImport(Library)] public static extern int lt_cuda_synchronize(int index);
    [DllImport(Library)] public static extern int lt_seed(int deviceType, int deviceIndex, ulong seed);
    [DllImport(Library)] public static extern int lt_cuda_graph_new(nint* graph);
    [DllImport(Library)] public static extern int lt_cuda_graph_begin(nint graph);
    [DllImport(Library)] public static extern int lt_cuda_graph_end(nint graph);
    [DllImport(Library)] public static extern int lt_cuda_graph_replay(nint graph);
    [DllImport(Library)] public static extern int lt_cuda_graph_free(nint graph);

    [DllImport(Library)] public static extern int lt_image_decode(byte* bytes, long length, int channels, byte** pixels, int* height, int* width, int* foundChannels);
    [DllImport(Library)] public static extern int lt_image_encode_png(byte* pixels, int height, int width, int channels, byte** bytes, long* length);
    [DllImport(Library)] public static extern void lt_image_free(byte* memory);

    [DllImport(Library)] public static extern int lt_group_available(byte* backend);
    [DllImport(Library)] public static extern int lt_group_new(byte* backend, byte* address, int port, int rank, int size, long timeoutMilliseconds, nint* group);
    [DllImport(Library)] public static extern int lt_group_all_reduce(nint group, nint tensor, int mean);
    [DllImport(Library)] public static extern int lt_group_broadcast(nint group, nint tensor, int root);
    [DllImport(Library)] public static extern int lt_group_barrier(nint group);
    [DllImport(Library)] public static extern int lt_group_free(nint group);

    /// <summary>The message of this thread's last failure.</summary>
    public static string LastError => Marshal.PtrToStringUTF8((nint)lt_error()) ?? "";

    /// <summary>Turns a failed status into an exception that names what was attempted.</summary>
    /// <exception cref="TorchException"><paramref name="status"/> is negative.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Check(int status, string attempt)
    {
        if (status < 0) throw new TorchException($"{attempt}: {LastError}");
        return status;
    }
}
