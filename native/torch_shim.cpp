#include "torch_shim.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/csrc/autograd/saved_variable.h>
#include <torch/csrc/autograd/variable.h>

#include <malloc.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include "status.h"
#include "torch_versions.h"

#ifdef LATENT_CUDA
#include <ATen/cuda/CUDAContext.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime_api.h>
#endif

// Of the OpenMP runtime that libtorch brings. libtorch's own setter also changes what other threads start with.
extern "C" __attribute__((weak)) void omp_set_num_threads(int);

namespace latent {

std::string& last_error() {
  static thread_local std::string message;
  return message;
}

namespace {

// An at::Tensor is one pointer; a borrowed handle can be looked at as a tensor without touching its count.
static_assert(sizeof(at::Tensor) == sizeof(LtTensor), "a tensor is one pointer");
const at::Tensor& borrow(const LtTensor& handle) { return reinterpret_cast<const at::Tensor&>(handle); }
const at::Tensor* borrow(const LtTensor* handles) { return reinterpret_cast<const at::Tensor*>(handles); }

LtTensor give(at::Tensor tensor) { return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr; }

std::vector<at::Tensor> tensors(const LtTensor* handles, int count) {
  return std::vector<at::Tensor>(borrow(handles), borrow(handles) + count);
}

// A number as the zero-dimensional tensor that type promotion treats as a number. Making one costs as much as the
// multiplication it is for, so each thread keeps the latest; they are never written to. Beside Float32 tensors a real
// number is rounded to Float32 here: the operator would do so anyway, by a conversion that costs more than its own work.
at::Tensor operand(const LtValue& v, at::ScalarType real) {
  struct Kept { int64_t bits = 0; at::Tensor tensor; };
  static thread_local std::array<Kept, 64> kept;
  const auto type = v.tag == LT_INT_OPERAND ? at::kLong : real;
  auto& k = kept[((static_cast<uint64_t>(v.i) ^ static_cast<uint64_t>(type)) * 0x9E3779B97F4A7C15u) >> 58];
  if (!k.tensor.defined() || k.tensor.scalar_type() != type || k.bits != v.i) {
    c10::InferenceMode normal(false);
    k.tensor = v.tag == LT_INT_OPERAND ? at::scalar_tensor(v.i, type) : at::scalar_tensor(type == at::kFloat ? static_cast<double>(static_cast<float>(v.d)) : v.d, type);
    k.tensor.unsafeGetTensorImpl()->set_wrapped_number(true);
    k.bits = v.i;
  }
  return k.tensor;
}

// The type of real numbers beside these arguments.
at::ScalarType real_type(const LtValue* arguments, int count) {
  for (int i = 0; i < count; i++) {
    if (arguments[i].tag != LT_TENSOR) continue;
    const LtTensor handle = const_cast<void*>(arguments[i].p);
    if (borrow(handle).scalar_type() != at::kFloat) return at::kDouble;
  }
  return at::kFloat;
}

c10::IValue to_ivalue(const LtValue& v) {
  const auto n = static_cast<size_t>(v.length);
  switch (v.tag) {
    case LT_NONE: return {};
    case LT_TENSOR: {
      const LtTensor handle = const_cast<void*>(v.p);
      return c10::IValue(borrow(handle));
    }
    case LT_INT: return c10::IValue(v.i);
    case LT_DOUBLE: return c10::IValue(v.d);
    case LT_BOOL: return c10::IValue(v.i != 0);
    case LT_INTS: return c10::IValue(c10::List<int64_t>(c10::ArrayRef<int64_t>(static_cast<const int64_t*>(v.p), n)));
    case LT_DOUBLES: return c10::IValue(c10::List<double>(c10::ArrayRef<double>(static_cast<const double*>(v.p), n)));
    case LT_BOOLS: {
      c10::List<bool> list;
      for (size_t i = 0; i < n; i++) list.push_back(static_cast<const uint8_t*>(v.p)[i] != 0);
      return c10::IValue(std::move(list));
    }
    case LT_TENSORS: {
      auto* first = borrow(static_cast<const LtTensor*>(v.p));
      return c10::IValue(c10::List<at::Tensor>(c10::ArrayRef<at::Tensor>(first, n)));
    }
    case LT_OPTIONAL_TENSORS: {
      auto* handles = static_cast<const LtTensor*>(v.p);
      c10::List<latent::optional<at::Tensor>> list;
      list.reserve(n);
      for (size_t i = 0; i < n; i++)
        list.push_back(handles[i] ? latent::optional<at::Tensor>(borrow(handles[i])) : latent::optional<at::Tensor>());
      return c10::IValue(std::move(list));
    }
    case LT_STRING: return c10::IValue(std::string(static_cast<const char*>(v.p), n));
    case LT_DEVICE:
      return c10::IValue(c10::Device(static_cast<c10::DeviceType>(v.i), static_cast<c10::DeviceIndex>(v.length)));
    default: throw std::invalid_argument("unknown value tag " + std::to_string(v.tag));
  }
}

// The handles of a returned tensor list stay here until the next call of this thread.
std::vector<LtTensor>& returned_list() {
  static thread_local std::vector<LtTensor> list;
  return list;
}

LtValue from_ivalue(c10::IValue&& x) {
  LtValue v{};
  if (x.isTensor()) {
    v.tag = LT_TENSOR;
    v.p = give(std::move(x).toTensor());
  } else if (x.isInt()) {
    v.tag = LT_INT;
    v.i = x.toInt();
  } else if (x.isDouble()) {
    v.tag = LT_DOUBLE;
    v.d = x.toDouble();
  } else if (x.isBool()) {
    v.tag = LT_BOOL;
    v.i = x.toBool();
  } else if (x.isTensorList()) {
    auto& list = returned_list();
    list.clear();
    for (at::Tensor t : x.toTensorVector()) list.push_back(give(std::move(t)));
    v.tag = LT_TENSORS;
    v.length = static_cast<int32_t>(list.size());
    v.p = list.data();
  } else if (!x.isNone()) {
    throw std::invalid_argument("a result of type " + x.tagKind() + " cannot cross the boundary");
  }
  return v;
}

struct CallerNode : torch::autograd::Node {
  std::string title;
  LtBackward backward = nullptr;
  LtRelease free_context = nullptr;
  int64_t context = 0;
  std::vector<torch::autograd::SavedVariable> saved;

  torch::autograd::variable_list apply(torch::autograd::variable_list&& incoming) override {
    const auto inputs = num_outputs();
    std::vector<LtTensor> out(inputs, nullptr);
    // An undefined tensor holds a singleton, not null.
    std::vector<LtTensor> in(incoming.size());
    for (size_t i = 0; i < incoming.size(); i++)
      in[i] = incoming[i].defined() ? incoming[i].unsafeGetTensorImpl() : nullptr;
    const int status = backward(context, this, in.data(), static_cast<int>(in.size()), out.data(), static_cast<int>(inputs));
    torch::autograd::variable_list result(inputs);
    for (size_t i = 0; i < inputs; i++)
      if (out[i]) result[i] = at::Tensor(c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim(static_cast<at::TensorImpl*>(out[i])));
    if (status != LT_OK) throw std::runtime_error(last_error());
    return result;
  }

  void release_variables() override {
    for (auto& s : saved) s.reset_data();
  }

  std::string name() const override { return title; }

  ~CallerNode() override { free_context(context); }
};

c10::DeviceType cast_device(int mode) { return mode == LT_AUTOCAST_CPU ? c10::DeviceType::CPU : c10::DeviceType::CUDA; }

int copy_text(const std::string& from, char* text, int capacity) {
  if (capacity > 0) {
    const auto n = std::min(from.size(), static_cast<size_t>(capacity - 1));
    std::memcpy(text, from.data(), n);
    text[n] = 0;
  }
  return static_cast<int>(from.size());
}

}  // namespace
}  // namespace latent

using namespace latent;

// Settings -----------------------------------------------------------------------------------------

int lt_initialize(int keep_memory, int threads) {
  return guarded([&] {
    if (threads > 0) at::set_num_threads(threads);  // the number that every thread starts with
    if (keep_memory) {
      // Training frees and asks for the same sizes at each step: giving pages back to the system costs a fault each.
      mallopt(M_MMAP_THRESHOLD, 32 << 20);
      mallopt(M_TRIM_THRESHOLD, 1 << 30);
      mallopt(M_TOP_PAD, 64 << 20);
    }
    return LT_OK;
  });
}

int lt_set_flush_denormals(int value) {
  return guarded([&] {
    if (!at::globalContext().setFlushDenormal(value != 0)) throw std::runtime_error("this processor cannot flush denormal numbers to zero");
    return LT_OK;
  });
}

const char* lt_error(void) { return last_error().c_str(); }
void lt_set_error(const char* message) { last_error() = message; }

const char* lt_version(int running) {
  static const std::string now = [] {
    const auto config = at::show_config();
    const auto at = config.find("TORCH_VERSION=");
    if (at == std::string::npos) return std::string("unknown");
    const auto begin = at + std::strlen("TORCH_VERSION=");
    return config.substr(begin, config.find_first_of(", \n", begin) - begin);
  }();
  return running ? now.c_str() : TORCH_VERSION;
}

const char* lt_config(void) {
  static const std::string config = at::show_config() + "\n" + at::get_parallel_info();
  return config.c_str();
}

int lt_get_threads(void) { return at::get_num_threads(); }
int lt_set_threads(int threads) {
  return guarded([&] {
    at::get_num_threads();  // a thread's first use sets libtorch's number: not after ours
    if (omp_set_num_threads) omp_set_num_threads(threads); else at::set_num_threads(threads);
    return LT_OK;
  });
}

// Operators ----------------------------------------------------------------------------------------

int lt_find_operator(const char* name, const char* overload, LtOperator* found) {
  return guarded([&] {
    const auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
    *found = handle ? new c10::OperatorHandle(*handle) : nullptr;  // lives as long as the process, as the operator does
    return LT_OK;
  });
}

int lt_schema(LtOperator op, char* text, int capacity) {
  return guarded([&] {
    std::ostringstream out;
    out << static_cast<c10::OperatorHandle*>(op)->schema();
    return copy_text(out.str(), text, capacity);
  });
}

int lt_call(LtOperator op, const LtValue* arguments, int count, LtValue* results, int capacity) {
  return guarded([&] {
    const auto* handle = static_cast<c10::OperatorHandle*>(op);
    const auto& wanted = handle->schema().arguments();
    torch::jit::Stack stack;
    stack.reserve(wanted.size());
    for (int i = 0; i < count; i++) {
      const auto& a = arguments[i];
      const bool is_number = a.tag == LT_REAL_OPERAND || a.tag == LT_INT_OPERAND;
      stack.push_back(is_number ? c10::IValue(operand(a, real_type(arguments, count))) : to_ivalue(a));
    }
    // A later libtorch may have appended arguments to the schema that the caller was written against.
    for (size_t i = stack.size(); i < wanted.size(); i++) {
      if (!wanted[i].default_value()) throw std::invalid_argument("the argument '" + wanted[i].name() + "' is missing");
      stack.push_back(*wanted[i].default_value());
    }
    handle->callBoxed(stack);
    const int returned = static_cast<int>(stack.size());
    if (returned > capacity) throw std::invalid_argument("the operator returns " + std::to_string(returned) + " values");
    for (int i = 0; i < returned; i++) results[i] = from_ivalue(std::move(stack[static_cast<size_t>(i)]));
    return returned;
  });
}

// Tensors ------------------------------------------------------------------------------------------

int lt_describe(LtTensor tensor, LtDescription* d) {
  return guarded([&] {
    const auto& t = borrow(tensor);
    d->sizes = t.sizes().data();
    d->strides = t.strides().data();
    d->data = t.has_storage() && t.numel() > 0 ? t.data_ptr() : nullptr;
    d->elements = t.numel();
    d->rank = static_cast<int32_t>(t.dim());
    d->type = static_cast<int32_t>(t.scalar_type());
    d->device_type = static_cast<int32_t>(t.device().type());
    d->device_index = t.device().index();
    d->requires_grad = t.requires_grad();
    d->contiguous = t.is_contiguous();
    d->leaf = t.is_leaf();
    return LT_OK;
  });
}

int lt_empty(const int64_t* sizes, int rank, int type, int device_type, int device_index, LtTensor* made) {
  return guarded([&] {
    const auto options = at::TensorOptions()
        .dtype(static_cast<at::ScalarType>(type))
        .device(c10::Device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index)));
    *made = give(at::empty(c10::IntArrayRef(sizes, static_cast<size_t>(rank)), options));
    return LT_OK;
  });
}

int lt_view_memory(void* data, const int64_t* sizes, int rank, int type, LtTensor* made) {
  return guarded([&] {
    *made = give(at::from_blob(data, c10::IntArrayRef(sizes, static_cast<size_t>(rank)),
                               at::TensorOptions().dtype(static_cast<at::ScalarType>(type))));
    return LT_OK;
  });
}

int lt_retain(LtTensor tensor) {
  return guarded([&] {
    at::Tensor second = borrow(tensor);
    give(std::move(second));
    return LT_OK;
  });
}

int lt_free(LtTensor* handles, int count, LtEpitaph* epitaphs) {
  return guarded([&] {
    for (int i = 0; i < count; i++) {
      auto* impl = static_cast<at::TensorImpl*>(handles[i]);
      if (!impl) continue;
      if (epitaphs) {
        auto& e = epitaphs[i];
        const auto sizes = impl->sizes();
        e.type = static_cast<int32_t>(c10::typeMetaToScalarType(impl->dtype()));
        e.rank = static_cast<int32_t>(sizes.size());
        for (int k = 0; k < std::min(e.rank, 6); k++) e.sizes[k] = static_cast<int32_t>(sizes[static_cast<size_t>(k)]);
      }
      handles[i] = nullptr;
      c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim(impl);
    }
    return LT_OK;
  });
}

// Autograd -----------------------------------------------------------------------------------------

int lt_set_requires_grad(LtTensor tensor, int value) {
  return guarded([&] {
    borrow(tensor).requires_grad_(value != 0);
    return LT_OK;
  });
}

int lt_backward(const LtTensor* outputs, const LtTensor* gradients, int count, int retain_graph, int create_graph) {
  return guarded([&] {
    torch::autograd::backward(tensors(outputs, count), gradients ? tensors(gradients, count) : std::vector<at::Tensor>(),
                              retain_graph != 0, create_graph != 0);
    return LT_OK;
  });
}

int lt_grad(const LtTensor* outputs, const LtTensor* gradients, int count, const LtTensor* inputs, int input_count,
            int retain_graph, int create_graph, int allow_unused, LtTensor* results) {
  return guarded([&] {
    auto found = torch::autograd::grad(tensors(outputs, count), tensors(inputs, input_count),
                                       gradients ? tensors(gradients, count) : std::vector<at::Tensor>(),
                                       retain_graph != 0, create_graph != 0, allow_unused != 0);
    for (size_t i = 0; i < found.size(); i++) results[i] = give(std::move(found[i]));
    return LT_OK;
  });
}

int lt_get_gradients(const LtTensor* leaves, int count, LtTensor* gradients) {
  return guarded([&] {
    for (int i = 0; i < count; i++) gradients[i] = give(borrow(leaves[i]).grad());
    return LT_OK;
  });
}

int lt_set_gradients(const LtTensor* leaves, int count, const LtTensor* gradients) {
  return guarded([&] {
    for (int i = 0; i < count; i++) {
      auto& slot = borrow(leaves[i]).mutable_grad();
      if (gradients && gradients[i]) slot = borrow(gradients[i]); else slot.reset();
    }
    return LT_OK;
  });
}

int lt_get_mode(int mode) {
  return guarded([&] {
    if (mode == LT_GRAD_MODE) return static_cast<int>(at::GradMode::is_enabled());
    return autocast_enabled(cast_device(mode)) ? 1 + static_cast<int>(autocast_type(cast_device(mode))) : 0;
  });
}

int lt_set_mode(int mode, int value, int type) {
  return guarded([&] {
    if (mode == LT_GRAD_MODE) {
      at::GradMode::set_enabled(value != 0);
    } else {
      set_autocast(cast_device(mode), value != 0, static_cast<at::ScalarType>(type));
      if (!value) at::autocast::clear_cache();
    }
    return LT_OK;
  });
}

int lt_set_data(LtTensor leaf, LtTensor data) {
  return guarded([&] {
    at::NoGradGuard quiet;
    borrow(leaf).set_data(borrow(data));
    return LT_OK;
  });
}

int lt_written(const LtTensor* written, int count) {
  return guarded([&] {
    for (int i = 0; i < count; i++) static_cast<at::TensorImpl*>(written[i])->bump_version();
    at::autocast::clear_cache();
    return LT_OK;
  });
}

int lt_begin_inference(void** guard) {
  return guarded([&] { *guard = new c10::InferenceMode(true); return LT_OK; });
}

int lt_end_inference(void* guard) {
  return guarded([&] { delete static_cast<c10::InferenceMode*>(guard); return LT_OK; });
}

int lt_attach_node(const char* name, const LtTensor* inputs, int input_count, const LtTensor* outputs, int output_count,
                   const LtTensor* saved, int saved_count, LtBackward backward, LtRelease release, int64_t context) {
  return guarded([&] {
    const auto node = std::shared_ptr<CallerNode>(new CallerNode(), torch::autograd::deleteNode);
    node->free_context = release;  // from here on the node owns the context, whatever fails
    node->context = context;
    node->backward = backward;
    node->title = name;
    torch::autograd::edge_list edges;
    for (int i = 0; i < input_count; i++)
      edges.push_back(inputs[i] ? torch::autograd::impl::gradient_edge(borrow(inputs[i])) : torch::autograd::Edge());
    node->set_next_edges(std::move(edges));
    for (int i = 0; i < output_count; i++) torch::autograd::set_history(const_cast<at::Tensor&>(borrow(outputs[i])), node);
    for (int i = 0; i < saved_count; i++) {
      const auto& t = borrow(saved[i]);
      node->saved.emplace_back(t, t.grad_fn() == node);
    }
    return LT_OK;
  });
}

int lt_node_saved(void* node, LtTensor* saved, int count) {
  return guarded([&] {
    auto* self = static_cast<CallerNode*>(node);
    for (int i = 0; i < count; i++)
      saved[i] = give(self->saved[static_cast<size_t>(i)].unpack(self->shared_from_this()));
    return LT_OK;
  });
}

int lt_node_needs_input_gradient(void* node, int input) {
  return guarded([&] { return static_cast<int>(static_cast<CallerNode*>(node)->task_should_compute_output(static_cast<size_t>(input))); });
}

// Devices ------------------------------------------------------------------------------------------

int lt_seed(int device_type, int device_index, uint64_t seed) {
  return guarded([&] {
    auto generator = at::globalContext().defaultGenerator(
        c10::Device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index)));
    std::lock_guard<std::mutex> lock(generator.mutex());
    generator.set_current_seed(seed);
    return LT_OK;
  });
}

#ifdef LATENT_CUDA

int lt_cuda_count(void) {
  return guarded([&] { return static_cast<int>(c10::cuda::device_count()); });
}

int lt_cuda_name(int index, char* text, int capacity) {
  return guarded([&] { return copy_text(at::cuda::getDeviceProperties(static_cast<c10::DeviceIndex>(index))->name, text, capacity); });
}

int lt_cuda_memory(int index, int64_t* free_bytes, int64_t* total_bytes) {
  return guarded([&] {
    c10::DeviceGuard on(c10::Device(c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(index)));
    size_t free = 0, total = 0;
    if (const auto e = cudaMemGetInfo(&free, &total); e != cudaSuccess) throw std::runtime_error(cudaGetErrorString(e));
    *free_bytes = static_cast<int64_t>(free);
    *total_bytes = static_cast<int64_t>(total);
    return LT_OK;
  });
}

int lt_cuda_synchronize(int index) {
  return guarded([&] {
    c10::DeviceGuard on(c10::Device(c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(index)));
    c10::cuda::device_synchronize();
    return LT_OK;
  });
}

namespace {
struct Capture {
  at::cuda::CUDAGraph graph;
  latent::optional<c10::cuda::CUDAStream> before;
};
}  // namespace

int lt_cuda_graph_new(void** graph) {
  return guarded([&] { *graph = new Capture(); return LT_OK; });
}

int lt_cuda_graph_begin(void* graph) {
  return guarded([&] {
    auto* capture = static_cast<Capture*>(graph);
    capture->before = c10::cuda::getCurrentCUDAStream();
    c10::cuda::device_synchronize();
    c10::cuda::setCurrentCUDAStream(c10::cuda::getStreamFromPool());
    try {
      capture->graph.capture_begin();
    } catch (...) {
      c10::cuda::setCurrentCUDAStream(*capture->before);
      throw;
    }
    return LT_OK;
  });
}

int lt_cuda_graph_end(void* graph) {
  return guarded([&] {
    auto* capture = static_cast<Capture*>(graph);
    const auto end = [&] { c10::cuda::setCurrentCUDAStream(*capture->before); };
    try {
      capture->graph.capture_end();
    } catch (...) {
      end();
      throw;
    }
    end();
    return LT_OK;
  });
}

int lt_cuda_graph_replay(void* graph) {
  return guarded([&] { static_cast<Capture*>(graph)->graph.replay(); return LT_OK; });
}

int lt_cuda_graph_free(void* graph) {
  return guarded([&] { delete static_cast<Capture*>(graph); return LT_OK; });
}

#else

namespace {
int no_cuda() {
  last_error() = "the native library was built without CUDA: set LIBTORCH or LIBTORCH_USE_PYTORCH=1 to a libtorch with CUDA and run set-up again";
  return LT_FAILED;
}
}  // namespace

int lt_cuda_count(void) { return 0; }
int lt_cuda_name(int, char*, int) { return no_cuda(); }
int lt_cuda_memory(int, int64_t*, int64_t*) { return no_cuda(); }
int lt_cuda_synchronize(int) { return no_cuda(); }
int lt_cuda_graph_new(void**) { return no_cuda(); }
int lt_cuda_graph_begin(void*) { return no_cuda(); }
int lt_cuda_graph_end(void*) { return no_cuda(); }
int lt_cuda_graph_replay(void*) { return no_cuda(); }
int lt_cuda_graph_free(void*) { return no_cuda(); }

#endif
