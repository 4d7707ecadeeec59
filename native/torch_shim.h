// The whole of Latent's native boundary: a C interface to libtorch.
//
// Nothing here is per operator. An operator is found by name, called with a stack of tagged values,
// and so every ATen operator is available without the shim growing.
//
// Conventions
//  - A tensor crosses the boundary as a LtTensor: a c10::TensorImpl* with one reference, owned by the
//    receiver of a result and merely borrowed by a callee.
//  - A function that can fail returns LT_FAILED (negative) then, and LT_OK or a count otherwise; after a failure
//    lt_error() has the message (per thread).
//    No C++ exception leaves the library.
#pragma once
#include <stdint.h>

#ifdef __cplusplus
#define LT_API extern "C" __attribute__((visibility("default")))
#else
#define LT_API __attribute__((visibility("default")))
#endif

typedef void* LtTensor;
typedef void* LtOperator;

enum { LT_OK = 0, LT_FAILED = -1 };

// One argument or result: a tagged union of 16 bytes.
enum LtTag {
  LT_NONE = 0, LT_TENSOR = 1, LT_INT = 2, LT_DOUBLE = 3, LT_BOOL = 4,
  LT_INTS = 5, LT_DOUBLES = 6, LT_BOOLS = 7, LT_TENSORS = 8, LT_OPTIONAL_TENSORS = 9,
  LT_STRING = 10, LT_DEVICE = 11,
  LT_REAL_OPERAND = 12, LT_INT_OPERAND = 13  // a number where the operator takes a tensor
};
typedef struct {
  int32_t tag;
  int32_t length;  // of lists and strings; the device index of LT_DEVICE
  union { int64_t i; double d; const void* p; };  // LT_DEVICE: i is the device type
} LtValue;

// What a tensor is; the pointers stay valid as long as the tensor is neither freed nor resized.
typedef struct {
  const int64_t* sizes;
  const int64_t* strides;
  void* data;
  int64_t elements;
  int32_t rank;
  int32_t type;           // c10::ScalarType
  int32_t device_type;    // c10::DeviceType
  int32_t device_index;
  int32_t requires_grad;
  int32_t contiguous;
  int32_t leaf;
} LtDescription;

// What is left to say of a tensor that was freed.
typedef struct {
  int32_t type;
  int32_t rank;
  int32_t sizes[6];
} LtEpitaph;

// Called once before anything else. Settings that libtorch reads from the environment must be set before this library is loaded.
LT_API int lt_initialize(int keep_memory, int threads);
LT_API const char* lt_error(void);
LT_API const char* lt_version(int running);  // 0: built against, 1: running
LT_API const char* lt_config(void);
LT_API int lt_get_threads(void);
LT_API int lt_set_flush_denormals(int value);  // of the calling thread
LT_API int lt_set_threads(int threads);      // of the calling thread's parallel regions

// Operators
LT_API int lt_find_operator(const char* name, const char* overload, LtOperator* found);  // found = null if there is none
LT_API int lt_schema(LtOperator op, char* text, int capacity);                           // returns the length needed
LT_API int lt_call(LtOperator op, const LtValue* arguments, int count, LtValue* results, int capacity);  // returns the number of results

// Tensors
LT_API int lt_describe(LtTensor tensor, LtDescription* description);
LT_API int lt_empty(const int64_t* sizes, int rank, int type, int device_type, int device_index, LtTensor* made);
LT_API int lt_view_memory(void* data, const int64_t* sizes, int rank, int type, LtTensor* made);  // borrows the memory
LT_API int lt_retain(LtTensor tensor);
LT_API int lt_free(LtTensor* tensors, int count, LtEpitaph* epitaphs);  // null handles are skipped; epitaphs may be null

// Autograd
LT_API int lt_set_requires_grad(LtTensor tensor, int value);
LT_API int lt_backward(const LtTensor* outputs, const LtTensor* gradients, int count, int retain_graph, int create_graph);
LT_API int lt_grad(const LtTensor* outputs, const LtTensor* gradients, int count, const LtTensor* inputs, int input_count,
                   int retain_graph, int create_graph, int allow_unused, LtTensor* results);
LT_API int lt_get_gradients(const LtTensor* leaves, int count, LtTensor* gradients);  // null where there is none
LT_API int lt_set_gradients(const LtTensor* leaves, int count, const LtTensor* gradients);  // gradients may be null: clear all

// Lets a leaf keep its identity and its place in graphs, with other memory.
LT_API int lt_set_data(LtTensor leaf, LtTensor data);
// Says that raw memory of these tensors was written: a graph that saved them is invalid, and their autocast copies are stale.
LT_API int lt_written(const LtTensor* written, int count);

enum LtMode { LT_GRAD_MODE = 0, LT_AUTOCAST_CPU = 1, LT_AUTOCAST_CUDA = 2 };
LT_API int lt_get_mode(int mode);  // of autocast: 0 if off, else 1 + the element type
LT_API int lt_set_mode(int mode, int value, int type);  // type: the element type of autocast
LT_API int lt_begin_inference(void** guard);
LT_API int lt_end_inference(void* guard);

// A node of the graph whose backward is a function of the caller's.
// backward reads the gradients of the outputs (null: zero) and writes owned gradients of the inputs (null: none);
// it returns LT_OK, or LT_FAILED after lt_set_error.
typedef int (*LtBackward)(int64_t context, void* node, const LtTensor* output_gradients, int outputs, LtTensor* input_gradients, int inputs);
typedef void (*LtRelease)(int64_t context);
LT_API int lt_attach_node(const char* name, const LtTensor* inputs, int input_count, const LtTensor* outputs, int output_count,
                          const LtTensor* saved, int saved_count, LtBackward backward, LtRelease release, int64_t context);
LT_API int lt_node_saved(void* node, LtTensor* saved, int count);       // owned
LT_API int lt_node_needs_input_gradient(void* node, int input);
LT_API void lt_set_error(const char* message);

// Matrix products: calls oneDNN's gemm while signals wait, and returns its status. Its generated code (before oneDNN 3.11.2, issue
// 4845 there) moves the stack pointer to working memory on the heap, and the frame of a signal would overwrite what lies below.
typedef int (*LtGemm)(char transpose_a, char transpose_b, int64_t m, int64_t n, int64_t k, float alpha, const void* a, int64_t lda,
                      const void* b, int64_t ldb, float beta, float* c, int64_t ldc);
LT_API int lt_gemm(LtGemm gemm, char transpose_a, char transpose_b, int64_t m, int64_t n, int64_t k, float alpha, const void* a, int64_t lda,
                   const void* b, int64_t ldb, float beta, float* c, int64_t ldc);

// Devices
LT_API int lt_cuda_count(void);
LT_API int lt_cuda_name(int index, char* text, int capacity);
LT_API int lt_cuda_memory(int index, int64_t* free_bytes, int64_t* total_bytes);
LT_API int lt_cuda_synchronize(int index);
LT_API int lt_seed(int device_type, int device_index, uint64_t seed);
LT_API int lt_cuda_graph_new(void** graph);
LT_API int lt_cuda_graph_begin(void* graph);   // capture on a side stream that becomes current
LT_API int lt_cuda_graph_end(void* graph);
LT_API int lt_cuda_graph_replay(void* graph);
LT_API int lt_cuda_graph_free(void* graph);

// Images: 8-bit, channels last
LT_API int lt_image_decode(const uint8_t* bytes, int64_t length, int channels, uint8_t** pixels, int* height, int* width, int* found_channels);
LT_API int lt_image_encode_png(const uint8_t* pixels, int height, int width, int channels, uint8_t** bytes, int64_t* length);
LT_API void lt_image_free(uint8_t* memory);

// Process groups
LT_API int lt_group_available(const char* backend);
LT_API int lt_group_new(const char* backend, const char* address, int port, int rank, int size, int64_t timeout_ms, void** group);
LT_API int lt_group_all_reduce(void* group, LtTensor tensor, int mean);
LT_API int lt_group_broadcast(void* group, LtTensor tensor, int root);
LT_API int lt_group_barrier(void* group);
LT_API int lt_group_free(void* group);
