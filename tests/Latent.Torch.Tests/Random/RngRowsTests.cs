namespace Latent.Torch.Tests.Random;

/// <summary>Numbers that belong to examples: along one axis of a tensor each entry comes from the stream of its example.</summary>
public sealed class RngRowsTests : ScopedTest
{
    private const int B = 7;
    private static readonly Rng Stream = new(17);
    private static readonly long[] Examples = [3, 0, 41, 5, 1_000_003, 2, 59_999];

    /// <summary>How a tensor of a shape is drawn.</summary>
    public enum Draw { Normal, Uniform, Gumbel, Bernoulli, Categorical }

    public static TheoryData<Draw, ElementType> Draws()
    {
        var data = new TheoryData<Draw, ElementType>();
        foreach (var draw in Enum.GetValues<Draw>())
            foreach (var type in (ElementType[])[ElementType.Float32, ElementType.Float64, ElementType.BFloat16])
                data.Add(draw, type);
        data.Add(Draw.Bernoulli, ElementType.UInt8);
        return data;
    }

    [Theory, MemberData(nameof(Draws))]
    public void Each_row_is_that_of_its_example(Draw draw, ElementType type) => Scoped(() =>
    {
        for (var axis = 0; axis < 3; axis++)
        {
            var shape = Insert([5, 3], axis);
            var drawn = Drawn(draw, Stream.Rows(Examples, axis), Parameters(draw, type, shape));
            Assert.Equal(shape, drawn.Shape);
            for (var b = 0; b < B; b++)
                Equal(Drawn(draw, Stream.Row(Examples[b]), Parameters(draw, type, shape).Select(axis, b)), drawn.Select(axis, b));
            Assert.False(drawn.Select(axis, 0).Equal(drawn.Select(axis, 2)), "Two examples drew the same.");
        }
    });

    [Theory, MemberData(nameof(Draws))]
    public void A_team_of_replicas_draws_the_same(Draw draw, ElementType type) => Scoped(() =>
    {
        var parameters = Parameters(draw, type, [B, 5, 31]);
        var alone = Drawn(draw, Stream.Rows(Examples), parameters);
        using var team = new ReplicaTeam(2); // flushes denormal numbers, such as the bits of small indices are
        Equal(alone, Drawn(draw, Stream.Rows(Examples), parameters));
    });

    [Theory, MemberData(nameof(Draws))]
    public void Draws_follow_their_examples_wherever_these_stand(Draw draw, ElementType type) => Scoped(() =>
    {
        int[] order = [4, 2, 6, 0, 1, 5, 3];
        foreach (var axis in (int[])[0, 1])
        {
            // The same parameters everywhere, so that only the numbers differ.
            var parameters = Parameters(draw, type, Insert([5, 3], axis)).Narrow(axis, 0, 1);
            Tensor Of(long[] examples) => Drawn(draw, Stream.Rows(examples, axis), parameters.Expand(Insert([5, 3], axis, examples.Length, parameters)));
            var all = Of(Examples);
            var permuted = Of(Array.ConvertAll(order, i => Examples[i]));
            for (var b = 0; b < B; b++) Equal(all.Select(axis, order[b]), permuted.Select(axis, b));
            Equal(all, Tensor.Cat([Of(Examples[..3]), Of(Examples[3..4]), Of(Examples[4..])], axis));
        }
    });

    [Fact]
    public void Forks_keep_the_rows() => Scoped(() =>
    {
        var forked = Stream.Rows(Examples, 1).Fork("z", 3).Normal([5, B]);
        Equal(Stream.Fork("z", 3).Rows(Examples, 1).Normal([5, B]), forked);
        Equal(Stream.Fork("z", 3).Row(Examples[2]).Normal([5]), forked.Select(1, 2));
    });

    [Fact]
    public void Rows_are_replaced_by_other_rows_and_by_one() => Scoped(() =>
    {
        Equal(Stream.Rows(Examples[..2]).Normal([2, 5]), Stream.Row(9).Rows(Examples, 1).Rows(Examples[..2]).Normal([2, 5]));
        Equal(Stream.Row(4).Normal([5]), Stream.Rows(Examples).Row(4).Normal([5]));
        Equal(Stream.Normal([5]), Stream.Rows(new long[] { 0 }).Normal([1, 5]).Select(0, 0)); // row 0 is the stream itself
    });

    [Fact]
    public void Spans_do_not_see_rows()
    {
        var (with, without) = (new float[B], new float[B]);
        Stream.Rows(Examples).Normal(with);
        Stream.Normal(without);
        Assert.Equal(without, with);
    }

    [Theory]
    [InlineData(0, 5, B), InlineData(1, B, 5), InlineData(2, B, B), InlineData(0), InlineData(1, B)]
    public void An_axis_that_has_not_the_rows_is_named(int axis, params int[] sizes) => Scoped(() =>
    {
        Shape shape = [.. sizes.Select(s => (long)s)];
        var rng = Stream.Rows(Examples, axis);
        Action[] draws =
        [
            () => rng.Normal(shape.AsSpan()), () => rng.Uniform(shape.AsSpan(), ElementType.BFloat16), () => rng.Gumbel(shape.AsSpan(), ElementType.Float64),
            () => rng.Bernoulli(Tensor.Ones(shape)), () => rng.Bernoulli(Tensor.Ones(shape, dtype: ElementType.Float64)),
            () => rng.Categorical(Tensor.Ones([.. shape, 3])),
        ];
        foreach (var draw in draws)
            Assert.Contains($"7 rows along axis {axis}, which does not go with the shape {shape}", Assert.Throws<ArgumentException>(draw).Message, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData(ElementType.Float32), InlineData(ElementType.BFloat16)]
    public void Categories_are_no_rows(ElementType type) => Scoped(() =>
        Assert.Contains("7 rows along axis 1", Assert.Throws<ArgumentException>(() => Stream.Rows(Examples, 1).Categorical(Tensor.Ones([5, B], dtype: type))).Message, StringComparison.Ordinal));

    [Fact]
    public void Rows_and_axes_count_from_zero() => Scoped(() =>
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Stream.Rows(Examples, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Stream.Rows(new long[] { 1, -1 }).Normal([2]));
    });

    private static Tensor Drawn(Draw draw, Rng rng, Tensor parameters) => draw switch
    {
        Draw.Normal => rng.Normal(parameters.Shape, parameters.ElementType),
        Draw.Uniform => rng.Uniform(parameters.Shape, parameters.ElementType),
        Draw.Gumbel => rng.Gumbel(parameters.Shape, parameters.ElementType),
        Draw.Bernoulli => rng.Bernoulli(parameters),
        _ => rng.Categorical(parameters),
    };

    /// <summary>Probabilities or logits where the draw has such; logits have categories beyond the shape.</summary>
    private static Tensor Parameters(Draw draw, ElementType type, Shape shape) => draw switch
    {
        Draw.Bernoulli when type == ElementType.UInt8 => (new Rng(18).Uniform(shape) * 255).To(type),
        Draw.Categorical => new Rng(19).Normal([.. shape, 11]).To(type),
        _ => new Rng(20).Uniform(shape).To(type),
    };

    private static Shape Insert(Shape shape, int axis, long size = B, Tensor? like = null) =>
        [.. shape[..axis], size, .. shape[axis..], .. like is { Rank: 4 } ? like.Shape[3..] : []];

    private static void Equal(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.Equal(expected.ElementType, actual.ElementType);
        Assert.True(expected.Equal(actual), $"{actual} is not {expected}.");
    }
}
