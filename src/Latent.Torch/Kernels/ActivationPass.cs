using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Latent.Torch.Kernels.VectorMath;

namespace Latent.Torch.Kernels;

/// <summary>The passes of a dense layer over its output: bias and activation, slope and column sums.</summary>
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

    /// <summary>result = gradient · f'(kept), and the column sums of the result.</summary>
    /// <param name="activation">f.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="gradient">[rows, columns].</param>
    /// <param name="kept">f's input or output, as <see cref="SlopeNeedsInput"/> says, [rows, columns].</param>
    /// <param name="result">[rows, columns]; may be <paramref name="gradient"/>, and is for the identity.</param>
    /// <param name="columnSums">[columns], or null if not needed.</param>
    public static void ApplySlope<T>(Activation activation, int rows, int columns, T* gradient, T* kept, T* result, T* columnSums) where T : unmanaged
    {
        switch (activation)
        {
            case Activation.Identity when columnSums == null: break;
            case Activation.Identity: SumColumns(rows, columns, gradient, columnSums); break;
            case Activation.Relu: ApplySlope<T, Relu>(rows, columns, gradient, kept, result, columnSums); break;
            case Activation.LeakyRelu: ApplySlope<T, LeakyRelu>(rows, columns, gradient, kept, result, columnSums); break;
            case Activation.Elu: ApplySlope<T, Elu>(rows, columns, gradient, kept, result, columnSums); break;
            case Activation.Softplus: ApplySlope<T, Softplus>(rows, columns, gradient, kept, result, columnSums); break;
            case Activation.Silu: ApplySlope<T, Silu>(rows, columns, gradient, kept, result, columnSums); break;
            case Activation.Sigmoid: ApplySlope<T, Sigmoid>(rows, columns, gradient, kept, result, columnSums); break;
            case Activation.Tanh: ApplySlope<T, Tanh>(rows, columns, gradient, kept, result, columnSums); break;
            default: throw Unknown(activation);
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
    private static void ApplySlope<T, TActivation>(int rows, int columns, T* gradient, T* kept, T* result, T* columnSums)
        where T : unmanaged where TActivation : struct, IActivation
    {
        if (columnSums != null) new Span<T>(columnSums, columns).Clear();
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c += Vector512<T>.Count)
            {
                var g = TActivation.TimesSlope(Load(gradient + c, columns - c), Load(kept + c, columns - c));
                Store(g, result + c, columns - c);
                if (columnSums != null) Store(g + Load(columnSums + c, columns - c), columnSums + c, columns - c);
            }
            gradient += columns;
            kept += columns;
            result += columns;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumColumns<T>(int rows, int columns, T* matrix, T* sums) where T : unmanaged
    {
        new Span<T>(sums, columns).Clear();
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c += Vector512<T>.Count)
                Store(Load(matrix + c, columns - c) + Load(sums + c, columns - c), sums + c, columns - c);
            matrix += columns;
        }
    }

    private static ArgumentOutOfRangeException Unknown(Activation activation) =>
        new(nameof(activation), activation, "There is no such activation.");
}
