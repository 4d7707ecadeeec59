namespace Latent.Tests;

public sealed class NearestMatchTests
{
    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("jsno", "json", 1)]
    [InlineData("", "abc", 3)]
    [InlineData("Same", "sAME", 0)]
    public void Edits_are_counted(string a, string b, int edits) => Assert.Equal(edits, NearestMatch.Distance(a, b));

    [Theory]
    [InlineData("trainng", "training")]
    [InlineData("mod", "model")]   // begins with it
    [InlineData("date", "data")]
    [InlineData("x", null)]
    [InlineData("optimizer", null)]
    public void The_word_with_the_fewest_edits_is_found(string word, string? match) =>
        Assert.Equal(match, NearestMatch.Of(word, ["data", "model", "training"]));
}
