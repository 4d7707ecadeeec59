using Latent.Torch.Kernels;

namespace Latent.Torch.Tests;

/// <summary>A test that needs products of bfloat16: a processor with the instructions, and oneDNN.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequiresBFloat16FactAttribute : FactAttribute
{
    public RequiresBFloat16FactAttribute()
    {
        if (!BFloat16Gemm.IsAvailable) Skip = "There are no bfloat16 products here.";
    }
}
