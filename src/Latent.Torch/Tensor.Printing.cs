using System.Globalization;
using System.Text;

namespace Latent.Torch;

public sealed partial class Tensor
{
    private const int ShownAtEachEnd = 3;
    private const int ShownWhole = 1000;

    /// <summary>Element type, shape, device and values, rows aligned; the middle of a large tensor is left out.</summary>
    public override string ToString()
    {
        if (!Owner.Holds(this)) return "Tensor (its scope has ended)";
        using var scope = TensorScope.Open();
        var shape = Shape;
        var head = $"{ElementType} {shape}{(Device.Type == DeviceType.Cpu ? "" : $" on {Device}")}{(RequiresGrad ? " requires grad" : "")}";
        if (shape.Elements == 0) return head;
        var limit = shape.Elements > ShownWhole ? ShownAtEachEnd : long.MaxValue;
        var values = OnHost().To(ElementType.Float64).AsSpan<double>();
        var isReal = ElementType.IsFloatingPoint();
        var isBool = ElementType == ElementType.Bool;
        var cells = new List<string>();
        Collect(shape, limit, values, v => cells.Add(Cell(v, isReal, isBool)));
        var width = cells.Max(c => c.Length);
        var text = new StringBuilder(head).Append('\n');
        var next = 0;
        Write(text, shape, limit, 0, () => cells[next++].PadLeft(shape.Rank == 0 ? 0 : width));
        return text.ToString();
    }

    private static string Cell(double value, bool isReal, bool isBool) =>
        isBool ? (value != 0 ? "true" : "false")
        : isReal ? value.ToString("G5", CultureInfo.InvariantCulture)
        : value.ToString("F0", CultureInfo.InvariantCulture);

    private static void Collect(Shape shape, long limit, ReadOnlySpan<double> values, Action<double> shown)
    {
        if (shape.Rank == 0)
        {
            shown(values[0]);
            return;
        }
        var inner = shape.Slice(1, shape.Rank - 1);
        var stride = (int)inner.Elements;
        for (long i = 0; i < shape[0]; i++)
        {
            if (Skips(i, shape[0], limit)) continue;
            Collect(inner, limit, values.Slice((int)i * stride, stride), shown);
        }
    }

    private static bool Skips(long i, long size, long limit) => size > 2 * Math.Min(limit, int.MaxValue) && i >= limit && i < size - limit;

    private static void Write(StringBuilder text, Shape shape, long limit, int indent, Func<string> cell)
    {
        if (shape.Rank == 0)
        {
            text.Append(cell());
            return;
        }
        var inner = shape.Slice(1, shape.Rank - 1);
        var separator = shape.Rank == 1 ? ", " : "," + new string('\n', shape.Rank - 1) + new string(' ', indent + 1);
        text.Append('[');
        var skipped = false;
        for (long i = 0; i < shape[0]; i++)
        {
            if (Skips(i, shape[0], limit))
            {
                if (!skipped) text.Append(separator).Append('…');
                skipped = true;
                continue;
            }
            if (i > 0) text.Append(separator);
            Write(text, inner, limit, indent + 1, cell);
        }
        text.Append(']');
    }
}
