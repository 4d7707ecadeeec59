using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Latent.Torch.Kernels;

/// <summary>
/// Elementary functions of one 64-byte vector of <see cref="float"/> or <see cref="double"/>, and partial loads and stores.
/// </summary>
/// <remarks>
/// <para>Numerics: each lane's result depends on that lane alone, and every multiply-add is fused, so an element has the same
/// result wherever it lies in a buffer and whether the processor works on 16, 32 or 64 bytes at a time. Errors are at most
/// 3 units in the last place (1 for the exponential), except where the result is below the smallest normal number and may be
/// zero. NaN gives NaN.</para>
/// <para>The exponential is 2^n (1 + expm1(r)) with |r| ≤ ln(2)/2 and the Taylor series of expm1; the logarithm is
/// 2 artanh. Both series are cut where the next term is below a tenth of a unit in the last place. TensorPrimitives has no
/// log(1 + x) or expm1 in vectors, and takes its float exponential through double at half the speed.</para>
/// <para>Loops over these functions are marked for optimization from the first call on: run unoptimized, as tiered compilation
/// begins, a vector operation is a call, and a pass over a batch takes longer than its matrix product.</para>
/// </remarks>
internal static unsafe class VectorMath
{
    /// <summary>The same constant in every lane; folds to a memory operand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Constant<T>(double value) where T : unmanaged => typeof(T) == typeof(float)
        ? Vector512.Create((float)value).As<float, T>()
        : Vector512.Create(value).As<double, T>();

    /// <summary>a · b + c, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c) where T : unmanaged => typeof(T) == typeof(float)
        ? Vector512.FusedMultiplyAdd(a.As<T, float>(), b.As<T, float>(), c.As<T, float>()).As<float, T>()
        : Vector512.FusedMultiplyAdd(a.As<T, double>(), b.As<T, double>(), c.As<T, double>()).As<double, T>();

    /// <summary>Loads the first <paramref name="count"/> elements at <paramref name="source"/>, at most a whole vector; the other lanes are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load<T>(T* source, nint count) where T : unmanaged =>
        count >= Vector512<T>.Count ? Vector512.Load(source) : LoadPart(source, (int)count);

    /// <summary>Stores the first <paramref name="count"/> lanes, at most a whole vector, and nothing beyond.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(Vector512<T> value, T* destination, nint count) where T : unmanaged
    {
        if (count >= Vector512<T>.Count) value.Store(destination);
        else StorePart(value, destination, (int)count);
    }

    /// <summary>Sets the lanes from <paramref name="count"/> on to zero, so that a sum over lanes ignores them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Keep<T>(Vector512<T> value, nint count) where T : unmanaged =>
        count >= Vector512<T>.Count ? value : Vector512.ConditionalSelect(FirstLanes<T>((int)count), value, Vector512<T>.Zero);

    /// <summary>The sum of all lanes, by halves: in an order that is the same on every processor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum<T>(Vector512<T> value) where T : unmanaged
    {
        var half = value.GetLower() + value.GetUpper();
        var quarter = half.GetLower() + half.GetUpper();
        if (typeof(T) == typeof(float))
        {
            var lanes = quarter.As<T, float>();
            return Unsafe.BitCast<float, T>(lanes[0] + lanes[2] + (lanes[1] + lanes[3]));
        }
        return Unsafe.BitCast<double, T>(quarter.As<T, double>()[0] + quarter.As<T, double>()[1]);
    }

    /// <summary>e^x. Overflows to infinity above ln(max), underflows gradually.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Exp<T>(Vector512<T> x) where T : unmanaged
    {
        var tail = ReduceExp(ClampExponent(x), out var r, out var n);
        return TimesPowerOfTwo(tail + r, n);
    }

    /// <summary>e^x − 1 − x ≥ 0, to full relative accuracy up to |x| = 0.34; beyond, with up to 32 units in the last place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> ExpExcess<T>(Vector512<T> x) where T : unmanaged
    {
        var tail = ReduceExp(ClampExponent(x), out var r, out var n);
        var far = TimesPowerOfTwo(tail + r, n) - Constant<T>(1) - x;
        return Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(x), Constant<T>(0.34)), tail, far);
    }

    /// <summary>e^x for x ≤ 0; zero below the logarithm of the smallest normal number. A positive x counts as zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> ExpNonPositive<T>(Vector512<T> x) where T : unmanaged
    {
        var tail = ReduceExp(Clamp(x, SmallestExponent<T>(), 0), out var r, out var n);
        var scale = PowerOfTwo(n);
        return MultiplyAdd(scale, tail + r, scale);
    }

    /// <summary>e^x − 1 for x ≤ 0, to full relative accuracy near zero. A positive x counts as zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> ExpMinus1NonPositive<T>(Vector512<T> x) where T : unmanaged
    {
        var tail = ReduceExp(Clamp(x, SmallestExponent<T>(), 0), out var r, out var n);
        var scale = PowerOfTwo(n);
        return MultiplyAdd(scale, tail + r, scale - Constant<T>(1));
    }

    /// <summary>log(1 + x) for 0 ≤ x ≤ 1, as 2 artanh(x / (2 + x)), whose argument is at most 1/3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Log1PlusUnit<T>(Vector512<T> x) where T : unmanaged
    {
        var s = x / (x + Constant<T>(2));
        var z = s * s;
        Vector512<T> q;
        if (typeof(T) == typeof(float))
        {
            q = Constant<T>(1.0 / 15);
        }
        else
        {
            q = Constant<T>(1.0 / 33);
            q = MultiplyAdd(q, z, Constant<T>(1.0 / 31));
            q = MultiplyAdd(q, z, Constant<T>(1.0 / 29));
            q = MultiplyAdd(q, z, Constant<T>(1.0 / 27));
            q = MultiplyAdd(q, z, Constant<T>(1.0 / 25));
            q = MultiplyAdd(q, z, Constant<T>(1.0 / 23));
            q = MultiplyAdd(q, z, Constant<T>(1.0 / 21));
            q = MultiplyAdd(q, z, Constant<T>(1.0 / 19));
            q = MultiplyAdd(q, z, Constant<T>(1.0 / 17));
            q = MultiplyAdd(q, z, Constant<T>(1.0 / 15));
        }
        q = MultiplyAdd(q, z, Constant<T>(1.0 / 13));
        q = MultiplyAdd(q, z, Constant<T>(1.0 / 11));
        q = MultiplyAdd(q, z, Constant<T>(1.0 / 9));
        q = MultiplyAdd(q, z, Constant<T>(1.0 / 7));
        q = MultiplyAdd(q, z, Constant<T>(1.0 / 5));
        q = MultiplyAdd(q, z, Constant<T>(1.0 / 3));
        s += s;
        return MultiplyAdd(s * z, q, s);
    }

    /// <summary>σ(x) = 1 / (1 + e^−x), from e^−|x| so that nothing overflows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Sigmoid<T>(Vector512<T> x) where T : unmanaged => SigmoidFrom(x, ExpNonPositive(-Vector512.Abs(x)));

    /// <summary>log(1 + e^x) = max(x, 0) + log(1 + e^−|x|).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Softplus<T>(Vector512<T> x) where T : unmanaged =>
        Vector512.MaxNative(x, Vector512<T>.Zero) + Log1PlusUnit(ExpNonPositive(-Vector512.Abs(x)));

    /// <summary>σ(x), and log(1 + e^−|x|) = softplus(x) − max(x, 0), for the price of one exponential.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<T> Sigmoid, Vector512<T> Excess) SigmoidAndSoftplusExcess<T>(Vector512<T> x) where T : unmanaged
    {
        var e = ExpNonPositive(-Vector512.Abs(x));
        return (SigmoidFrom(x, e), Log1PlusUnit(e));
    }

    /// <summary>tanh(x), from expm1(−2|x|) so that small arguments keep their relative accuracy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Tanh<T>(Vector512<T> x) where T : unmanaged
    {
        var a = Vector512.Abs(x);
        var e = ExpMinus1NonPositive(-(a + a));
        return Vector512.CopySign(e / (e + Constant<T>(2)), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> SigmoidFrom<T>(Vector512<T> x, Vector512<T> exp) where T : unmanaged
    {
        var one = Constant<T>(1);
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<T>.Zero), exp, one) / (one + exp);
    }

    /// <summary>x = n ln(2) + r with integer n and |r| ≤ ln(2)/2; returns e^r − 1 − r, and n as an integer of the lane's width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> ReduceExp<T>(Vector512<T> x, out Vector512<T> r, out Vector512<T> n) where T : unmanaged
    {
        // Adding 1.5 · 2^(fraction bits) rounds to an integer and leaves it in the low bits.
        var shift = Constant<T>(typeof(T) == typeof(float) ? 12582912.0 : 6755399441055744.0);
        var t = MultiplyAdd(x, Constant<T>(1.4426950408889634), shift);
        var k = t - shift;
        // ln(2) in two parts, of which k times the first is exact.
        r = MultiplyAdd(k, Constant<T>(typeof(T) == typeof(float) ? -0.693145751953125 : -0.6931471803691238), x);
        r = MultiplyAdd(k, Constant<T>(typeof(T) == typeof(float) ? -1.42860682030941723212e-6 : -1.9082149292705877e-10), r);
        Vector512<T> q;
        if (typeof(T) == typeof(float))
        {
            n = (t.AsInt32() - shift.AsInt32()).As<int, T>();
            q = Constant<T>(1.0 / 5040);
        }
        else
        {
            n = (t.AsInt64() - shift.AsInt64()).As<long, T>();
            q = Constant<T>(1.0 / 6227020800);
            q = MultiplyAdd(q, r, Constant<T>(1.0 / 479001600));
            q = MultiplyAdd(q, r, Constant<T>(1.0 / 39916800));
            q = MultiplyAdd(q, r, Constant<T>(1.0 / 3628800));
            q = MultiplyAdd(q, r, Constant<T>(1.0 / 362880));
            q = MultiplyAdd(q, r, Constant<T>(1.0 / 40320));
            q = MultiplyAdd(q, r, Constant<T>(1.0 / 5040));
        }
        q = MultiplyAdd(q, r, Constant<T>(1.0 / 720));
        q = MultiplyAdd(q, r, Constant<T>(1.0 / 120));
        q = MultiplyAdd(q, r, Constant<T>(1.0 / 24));
        q = MultiplyAdd(q, r, Constant<T>(1.0 / 6));
        q = MultiplyAdd(q, r, Constant<T>(1.0 / 2));
        return r * r * q;
    }

    /// <summary>(1 + p) 2^n. The power is applied in two halves: one factor alone cannot reach the ends of the range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> TimesPowerOfTwo<T>(Vector512<T> p, Vector512<T> n) where T : unmanaged
    {
        Vector512<T> half, rest;
        if (typeof(T) == typeof(float))
        {
            var h = Vector512.ShiftRightArithmetic(n.AsInt32(), 1);
            half = PowerOfTwo(h.As<int, T>());
            rest = PowerOfTwo((n.AsInt32() - h).As<int, T>());
        }
        else
        {
            var h = Vector512.ShiftRightArithmetic(n.AsInt64(), 1);
            half = PowerOfTwo(h.As<long, T>());
            rest = PowerOfTwo((n.AsInt64() - h).As<long, T>());
        }
        return MultiplyAdd(half, p, half) * rest;
    }

    /// <summary>2^n for an integer from the smallest normal exponent on; one less gives zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> PowerOfTwo<T>(Vector512<T> n) where T : unmanaged => typeof(T) == typeof(float)
        ? Vector512.ShiftLeft(n.AsInt32() + Vector512.Create(127), 23).As<int, T>()
        : Vector512.ShiftLeft(n.AsInt64() + Vector512.Create(1023L), 52).As<long, T>();

    /// <summary>An argument whose exponential has n one below the smallest normal exponent, so that it comes out as zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double SmallestExponent<T>() where T : unmanaged => typeof(T) == typeof(float) ? -88 : -709;

    /// <summary>Limits x to where the exponential is neither zero nor infinite, and a little beyond.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> ClampExponent<T>(Vector512<T> x) where T : unmanaged =>
        typeof(T) == typeof(float) ? Clamp(x, -104, 89) : Clamp(x, -746, 710);

    /// <summary>Limits x to an interval. The bound comes first in both: the processor returns the second operand when one is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Clamp<T>(Vector512<T> x, double low, double high) where T : unmanaged =>
        Vector512.MinNative(Constant<T>(high), Vector512.MaxNative(Constant<T>(low), x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> FirstLanes<T>(int count) where T : unmanaged => typeof(T) == typeof(float)
        ? Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).As<int, T>()
        : Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)count)).As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> LoadPart<T>(T* source, int count) where T : unmanaged
    {
        if (Avx512F.IsSupported)
        {
            return typeof(T) == typeof(float)
                ? Avx512F.MaskLoad((float*)source, FirstLanes<float>(count), Vector512<float>.Zero).As<float, T>()
                : Avx512F.MaskLoad((double*)source, FirstLanes<double>(count), Vector512<double>.Zero).As<double, T>();
        }
        var value = Vector512<T>.Zero;
        Unsafe.CopyBlockUnaligned(&value, source, (uint)(count * sizeof(T)));
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePart<T>(Vector512<T> value, T* destination, int count) where T : unmanaged
    {
        if (Avx512F.IsSupported)
        {
            if (typeof(T) == typeof(float)) Avx512F.MaskStore((float*)destination, FirstLanes<float>(count), value.As<T, float>());
            else Avx512F.MaskStore((double*)destination, FirstLanes<double>(count), value.As<T, double>());
            return;
        }
        Unsafe.CopyBlockUnaligned(destination, &value, (uint)(count * sizeof(T)));
    }
}
