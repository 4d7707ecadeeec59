using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Latent.Torch.Kernels.VectorMath;

namespace Latent.Torch.Kernels;

/// <summary>The passes of a dense layer over its output: bias and activation, slope, column sums.</summary>
internal static unsafe class ActivationPass
{
    /// <summary>Whether the activation's slope is computed from its input rather than its output.</summary>
    public static bool SlopeNeedsInput(Activation activation) => activation switch
    {
        Activation.Elu => Elu.SlopeNeedsInput,
        Activation.Softplus => Softplus.SlopeNeedsInput,
        Activation.Silu => Silu.SlopeNeedsInput,
        _ => false,
    };

    /// <summary>result = f(product + bias), and product += bias where the slope needs that.</summary>
    /// <param name="activation">f.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="product">[rows, columns].</param>
    /// <param name="bias">[columns], or null for zero.</param>
    /// <param name="result">[rows, columns]; may be <paramref name="product"/> if the slope does not need the input.</param>
    public static void AddBiasAndActivate<T>(Activation activation, int rows, int columns, T* product, T* bias, T* result) where T : unmanaged
    {
        switch (activation)
        {
            case Activation.Identity when bias == null: break;
            case Activation.Identity: AddBiasAndActivate<T, Identity>(rows, columns, product, bias, result); break;
            case Activation.Relu: AddBiasAndActivate<T, Relu>(rows, columns, product, bias, result); break;
            case Activation.LeakyRelu: AddBiasAndActivate<T, LeakyRelu>(rows, columns, product, bias, result); break;
            case Activation.Elu: AddBiasAndActivate<T, Elu>(rows, columns, product, bias, result); break;
            case Activation.Softplus: AddBiasAndActivate<T, Softplus>(rows, columns, product, bias, result); break;
            case Activation.Silu: AddBiasAndActivate<T, Silu>(rows, columns, product, bias, result); break;
            case Activation.Sigmoid: AddBiasAndActivate<T, Sigmoid>(rows, columns, product, bias, result); break;
            case Activation.Tanh: AddBiasAndActivate<T, Tanh>(rows, columns, product, bias, result); break;
            default: throw Unknown(activation);
        }
    }

    /// <summary>result = gradient · f'(kept).</summary>
    /// <param name="activation">f.</param>
    /// <param name="count">Elements.</param>
    /// <param name="gradient">The gradient with respect to f's output.</param>
    /// <param name="kept">f's input or output, as <see cref="SlopeNeedsInput"/> says.</param>
    /// <param name="result">The gradient with respect to f's input; may be <paramref name="gradient"/>, and is for the identity.</param>
    public static void ApplySlope<T>(Activation activation, nint count, T* gradient, T* kept, T* result) where T : unmanaged
    {
        switch (activation)
        {
            case Activation.Identity: break;
            case Activation.Relu: ApplySlope<T, Relu>(count, gradient, kept, result); break;
            case Activation.LeakyRelu: ApplySlope<T, LeakyRelu>(count, gradient, kept, result); break;
            case Activation.Elu: ApplySlope<T, Elu>(count, gradient, kept, result); break;
            case Activation.Softplus: ApplySlope<T, Softplus>(count, gradient, kept, result); break;
            case Activation.Silu: ApplySlope<T, Silu>(count, gradient, kept, result); break;
            case Activation.Sigmoid: ApplySlope<T, Sigmoid>(count, gradient, kept, result); break;
            case Activation.Tanh: ApplySlope<T, Tanh>(count, gradient, kept, result); break;
            default: throw Unknown(activation);
        }
    }

    /// <summary>The column sums of a matrix, added in the order of its rows.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="matrix">[rows, columns].</param>
    /// <param name="stride">Elements from one row to the next.</param>
    /// <param name="sums">Receives [columns].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumColumns<T>(int rows, int columns, T* matrix, int stride, T* sums) where T : unmanaged
    {
        new Span<T>(sums, columns).Clear();
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c += Vector512<T>.Count)
                Store(Load(matrix + c, columns - c) + Load(sums + c, columns - c), sums + c, columns - c);
            matrix += stride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddBiasAndActivate<T, TActivation>(int rows, int columns, T* product, T* bias, T* result)
        where T : unmanaged where TActivation : struct, IActivation
    {
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c += Vector512<T>.Count)
            {
                var x = Load(product + c, columns - c);
                if (bias != null)
                {
                    x += Load(bias + c, columns - c);
                    if (TActivation.SlopeNeedsInput) Store(x, product + c, columns - c);
                }
                Store(TActivation.Value(x), result + c, columns - c);
            }
            product += columns;
            result += columns;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ApplySlope<T, TActivation>(nint count, T* gradient, T* kept, T* result)
        where T : unmanaged where TActivation : struct, IActivation
    {
        for (nint i = 0; i < count; i += Vector512<T>.Count)
            Store(TActivation.TimesSlope(Load(gradient + i, count - i), Load(kept + i, count - i)), result + i, count - i);
    }

    private static ArgumentOutOfRangeException Unknown(Activation activation) =>
        new(nameof(activation), activation, "There is no such activation.");
}
