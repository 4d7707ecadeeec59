using System.Text;
using Latent.Data;
using Latent.Torch;
using Latent.Torch.Tests.Serialization;

namespace Latent.Tests.Data;

public sealed class CsvTableTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string File(string text)
    {
        var path = folder.At($"{Guid.NewGuid():N}.csv");
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    [Theory]
    [InlineData("1,2.5,3\n-4,5e-1,6\n")]
    [InlineData("1;2.5;3\r\n-4;5e-1;6")]
    [InlineData("1\t2.5\t3\n-4\t5e-1\t6\n\n")]
    [InlineData("1|2.5|3\n-4|5e-1|6\n")]
    [InlineData("  1  2.5 3\n -4 5e-1   6 \n")]
    [InlineData("\n 1 , 2.5 , 3\n-4, \"5e-1\" ,6\n")]
    [InlineData("\uFEFF1,2.5,3\n-4,5e-1,6\n")]
    public void Separators_are_found(string text)
    {
        var table = CsvTable.Read(File(text));
        Assert.Equal(["column1", "column2", "column3"], table.Columns);
        Assert.Equal([1, 2.5f, 3, -4, 0.5f, 6], table.ToReals("x").Values.Values<float>().ToArray());
    }

    [Theory]
    [InlineData("a;b, c;\"d;e\"\n1;2;3\n", null, null)]
    [InlineData("a;b, c;d;e\n1;2;3;4\n", true, ';')]
    [InlineData("1;2;3\n1;2;3\n", true, null)]
    public void Headers_are_found(string text, bool? hasHeader, char? separator)
    {
        var table = CsvTable.Read(File(text), hasHeader, separator);
        Assert.Equal(1, table.Rows);
        Assert.Equal(text[..1], table.Columns[0]);
    }

    [Fact]
    public void Columns_become_what_they_are_said_to_be()
    {
        var table = CsvTable.Read(File("a,class,b,target\n1,0,3,0.5\n4,2,6,-1\n"));
        var reals = table.ToReals("x", "class", "target");
        Assert.Equal("x: 2 × [2], reals", reals.ToString());
        Assert.Equal([1f, 3, 4, 6], reals.Values.Values<float>().ToArray());
        Assert.Equal([0, 2], reals.Labels!);
        Assert.Equal([0.5f, -1], reals.Factors!.Values<float>().ToArray());
        Assert.Equal(["target"], reals.FactorNames);
        var levels = table.ToLevels("x", 7, null, "target", "class");
        Assert.Equal([1, 3, 4, 6], levels.Values.Bytes.ToArray());
        Assert.Equal([0.5f, 0, -1, 2], levels.Factors!.Values<float>().ToArray());
        Assert.Equal([0.5, -1], table.Column("target"));
    }

    [Theory]
    [InlineData("", "line 1", "empty")]
    [InlineData("a,b\n", "line 1", "no rows")]
    [InlineData("1,2\n3\n", "line 2", "1 field, and the first has 2")]
    [InlineData("1,2\n\n3,4,5\n", "line 3", "3 fields, and the first has 2")]
    [InlineData("a,b\n1,2\n3,x\n", "line 3, column 2 ('b')", "'x' is no finite number")]
    [InlineData("a,b\n1,2\n3,\n5,?\n", "line 3, column 2 ('b')", "an empty field), the first of 2")]
    [InlineData("1,NaN\n", "line 1, column 2 ('column2')", "missing ('NaN')")]
    [InlineData("a,b\nNA,1\n", "line 2, column 1 ('a')", "missing ('NA')")]
    [InlineData("a,b\n1e999,1\n", "line 2, column 1 ('a')", "no finite number")]
    [InlineData("a,b\n-inf,1\n", "line 2, column 1 ('a')", "no finite number")]
    [InlineData("a;b\n1,5;2\n", "line 2, column 1 ('a')", "point, as in 3.5")]
    [InlineData("a,a\n1,2\n", "line 1", "Two columns are called 'a'")]
    [InlineData("a,b\n1,\"2\n3,4\n", "after line 1", "quote")]
    public void Bad_tables_are_refused(string text, string place, string problem)
    {
        var error = Assert.Throws<MalformedFileException>(() => CsvTable.Read(File(text)).ToReals("x"));
        Assert.Equal(place, error.Place);
        Assert.Contains(problem, error.Message);
    }

    [Fact]
    public void Classes_may_be_words()
    {
        var wine = CsvTable.Read(File("acid,colour,ash\n1,white,2\n3,red,4\n5,white,6\n"), label: "colour").ToReals("wine", "colour");
        Assert.Equal([1f, 2, 3, 4, 5, 6], wine.Values.Values<float>().ToArray());
        Assert.Equal([1, 0, 1], wine.Labels!);
        Assert.Equal(["red", "white"], wine.ClassNames);
        Assert.Equal(["red", "white"], wine.Take([2]).ClassNames);

        // Words in the column of classes make no header; elsewhere they do.
        var iris = CsvTable.Read(File("5.1,setosa\n4.9,virginica\n"), label: "column2");
        Assert.Equal((2, "column1"), (iris.Rows, iris.Columns[0]));
        Assert.Equal([0, 1], iris.ToReals("iris", "column2").Labels!);
        Assert.Equal(1, CsvTable.Read(File("5.1,setosa\n4.9,virginica\n"), label: "setosa").Rows);

        // What is no number is an error only where a number is wanted.
        Assert.Equal([1, 3, 5], CsvTable.Read(File("acid,colour\n1,white\n3,\n5,red\n")).Column("acid"));
        Assert.Contains("missing", Assert.Throws<MalformedFileException>(() => CsvTable.Read(File("acid,colour\n1,white\n3,\n")).ToReals("x", "colour")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_columns_are_refused()
    {
        var table = CsvTable.Read(File("a,b,c\n1,0.5,0\n-1,1e39,0\n"));
        Refuses("line 2, column 2 ('b')", "0.5 is none of the whole numbers 0 to 1", () => table.ToLevels("x", 2, null, "a"));
        Refuses("line 3, column 1 ('a')", "-1 is no class", () => table.ToLevels("x", 2, "a", "b"));
        Refuses("line 3, column 2 ('b')", "single precision", () => table.ToLevels("x", 2, null, "a", "b"));
        Refuses("line 3, column 2 ('b')", "single precision", () => table.ToReals("x"));
        Refuses("line 1", "no column 'd'; there are 'a', 'b', 'c'", () => table.ToReals("x", "d"));
        Refuses("line 1", "leave no column", () => table.ToReals("x", "a", "b", "c"));
        Assert.Throws<FileNotFoundException>(() => CsvTable.Read(folder.At("missing.csv")));

        static void Refuses(string place, string problem, Func<object> read)
        {
            var error = Assert.Throws<MalformedFileException>(read);
            Assert.Contains(problem, error.Message);
            Assert.Equal(place, error.Place);
        }
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        var path = folder.At("picture.csv");
        System.IO.File.WriteAllBytes(path, [0x89, .. Encoding.ASCII.GetBytes("PNG\r\n\u001a\n,,,"), 0, 1, 2]);
        Assert.Contains(path, Assert.Throws<MalformedFileException>(() => CsvTable.Read(path).ToReals("x")).Message);
    }
}
