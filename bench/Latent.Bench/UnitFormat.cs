namespace Latent.Bench;

/// <summary>Figures as text, to three digits.</summary>
internal static class UnitFormat
{
    public static string Format(this Unit unit, double value) => unit switch
    {
        Unit.Bytes => $"{Digits(value)} B",
        Unit.Ratio => $"{Digits(value)}×",
        Unit.Percent => $"{Digits(value * 100)} %",
        _ => value switch
        {
            < 1e-6 => $"{Digits(value * 1e9)} ns",
            < 1e-3 => $"{Digits(value * 1e6)} µs",
            < 1 => $"{Digits(value * 1e3)} ms",
            _ => $"{Digits(value)} s",
        },
    };

    private static string Digits(double value) => value.ToString(Math.Abs(value) switch
    {
        >= 100 => "F0",
        >= 10 => "F1",
        _ => "F2",
    });
}
