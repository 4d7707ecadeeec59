namespace Latent.Torch.Tests.Random;

/// <summary>The fills of <see cref="Rng"/> one element at a time, without vectors: what every machine must reproduce bit for bit.</summary>
/// <param name="key">The stream's key.</param>
/// <param name="row">The stream's row.</param>
internal sealed class ScalarRng(ulong key, ulong row)
{
    public byte Byte(long j) => (byte)(Word32(j / 4) >> (int)(8 * (j % 4)));

    public ushort Word16(long j) => (ushort)(Word32(j / 2) >> (int)(16 * (j % 2)));

    public uint Word32(long j)
    {
        var (tile, place) = Math.DivRem(j, 64);
        var (word, lane) = Math.DivRem(place, 16);
        var (low, high) = Philox.Block((ulong)(16 * tile + lane), row, key);
        return (uint)((word < 2 ? low : high) >> (int)(32 * (word % 2)));
    }

    public ulong Word64(long j) => Word32(2 * j) | (ulong)Word32(2 * j + 1) << 32;

    public ulong Extra(long j) => Philox.Block((ulong)j | 1ul << 63, row, key).Low;

    public float Uniform32(long j) => (Word32(j) >> 8) / 16777216f;

    public double Uniform64(long j) => (Word64(j) >> 11) / 9007199254740992.0;

    public float Exponential32(long j) => Exponential(Word32(j));

    public double Exponential64(long j) => Exponential(Word64(j));

    public float Gumbel32(long j) => MinusLog(Exponential32(j));

    public double Gumbel64(long j) => MinusLog(Exponential64(j));

    public float Normal32(long j)
    {
        var (cosine, sine) = BoxMuller(Word32(j & ~16), Word32(j | 16));
        return (j & 16) == 0 ? cosine : sine;
    }

    public double Normal64(long j)
    {
        var (cosine, sine) = BoxMuller(Word64(j & ~8), Word64(j | 8));
        return (j & 8) == 0 ? cosine : sine;
    }

    public byte Bernoulli(byte v, long j)
    {
        var digit = Byte(j);
        if (digit != v) return digit < v ? (byte)1 : (byte)0;
        return v == 255 || Extra(j) < v * (ulong.MaxValue / 255) ? (byte)1 : (byte)0;
    }

    public float Bernoulli(float p, long j)
    {
        var u = (Word32(j) >> 1) + (decimal)(Extra(j) >> 11) / (1L << 53);
        return u < (decimal)(double)p * (1L << 31) ? 1 : 0;
    }

    public long Integer(long low, long high, long j)
    {
        var u = (UInt128)Word64(j) << 64 | Extra(j);
        var range = (UInt128)((Int128)high - low);
        var integer = (u >> 64) * range + ((u & ulong.MaxValue) * range >> 64) >> 64;
        return (long)((Int128)low + (Int128)integer);
    }

    private static float Exponential(uint word)
    {
        var c = MathF.FusedMultiplyAdd((int)word, 1f / (1L << 32), 1f / (1L << 33));
        var e = Exponent((int)word < 0 ? 1 + c : c);
        var f = (int)word < 0
            ? MathF.FusedMultiplyAdd(e, -1f, MathF.ScaleB(c, -e))
            : MathF.ScaleB(c, -e) - 1;
        return MinusLog(e, f);
    }

    private static double Exponential(ulong word)
    {
        var c = Math.FusedMultiplyAdd((long)word >> 11, 1.0 / (1L << 53), 1.0 / (1L << 54));
        var e = Exponent((long)word < 0 ? 1 + c : c);
        var f = (long)word < 0
            ? Math.FusedMultiplyAdd(e, -1.0, Math.ScaleB(c, -e))
            : Math.ScaleB(c, -e) - 1;
        return MinusLog(e, f);
    }

    private static float MinusLog(float x) => MinusLog(Exponent(x), MathF.ScaleB(x, -Exponent(x)) - 1);

    private static double MinusLog(double x) => MinusLog(Exponent(x), Math.ScaleB(x, -Exponent(x)) - 1);

    // 2⁻ᵉ x ∈ [⅔, 4⁄3)
    private static int Exponent(float x)
    {
        var e = MathF.ILogB(x);
        return MathF.ScaleB(x, -e) < 2 * (2f / 3) ? e : e + 1;
    }

    private static int Exponent(double x)
    {
        var e = Math.ILogB(x);
        return Math.ScaleB(x, -e) < 2 * (2.0 / 3) ? e : e + 1;
    }

    private static float MinusLog(int e, float f)
    {
        float[] q = [0.124705762f, -0.140504867f, 0.122738563f, -0.139902204f, 0.166744515f, -0.20011434f, 0.249999195f, -0.333331972f, 0.5f, -1f];
        return MathF.FusedMultiplyAdd(e, -0.693147181f, f * Horner(q, f));
    }

    private static double MinusLog(int e, double f)
    {
        double[] q =
        [
            0.13842531863961724, 0.13173672119149327, 0.15391107795709066, 0.18181665994934085,
            0.22222224294673307, 0.2857142855584152, 0.4000000000005664, 0.666666666666666,
        ];
        var s = f / (f + 2);
        var z = s * s;
        return Math.FusedMultiplyAdd(e, -0.6931471805599453, Math.FusedMultiplyAdd(s, f - z * Horner(q, z), -f));
    }

    private static (float Cosine, float Sine) BoxMuller(uint radiusWord, uint angleWord)
    {
        float[] sines = [-5.1402003e-05f, 0.00352226757f, -0.114191636f, 1.11072075f];
        float[] cosines = [-0.000450955675f, 0.0224152021f, -0.43617782f, 1.41421354f];
        var radius = MathF.Sqrt(Exponential(radiusWord));
        var t = MathF.FusedMultiplyAdd((int)(angleWord << 2), 1f / (1L << 31), 1f / (1L << 30));
        var sin = Horner(sines, t * t) * t;
        var cos = Horner(cosines, t * t);
        if ((angleWord >> 30 & 1) != 0) cos = -cos;
        return angleWord >> 31 == 0 ? (cos * radius, sin * radius) : (sin * radius, cos * radius);
    }

    private static (double Cosine, double Sine) BoxMuller(ulong radiusWord, ulong angleWord)
    {
        double[] sines =
        [
            9.65628177103943e-12, -2.4847767541039164e-09, 4.431600226055643e-07, -5.172656386095618e-05,
            0.0035219497767932655, -0.114191398437426, 1.1107207345395915,
        ];
        double[] cosines =
        [
            1.6057669085393238e-10, -3.480264754983104e-08, 5.07824126303967e-06, -0.0004610221468446158,
            0.022421428651976393, -0.43617901247741897, 1.414213562373095,
        ];
        var radius = Math.Sqrt(Exponential(radiusWord));
        var t = Math.FusedMultiplyAdd((long)(angleWord << 2) >> 11, 1.0 / (1L << 52), 1.0 / (1L << 53));
        var sin = Horner(sines, t * t) * t;
        var cos = Horner(cosines, t * t);
        if ((angleWord >> 62 & 1) != 0) cos = -cos;
        return angleWord >> 63 == 0 ? (cos * radius, sin * radius) : (sin * radius, cos * radius);
    }

    private static float Horner(float[] coefficients, float x) => coefficients.Aggregate((sum, c) => MathF.FusedMultiplyAdd(sum, x, c));

    private static double Horner(double[] coefficients, double x) => coefficients.Aggregate((sum, c) => Math.FusedMultiplyAdd(sum, x, c));
}
