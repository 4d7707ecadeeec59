namespace Latent;

/// <summary>Finds the word that was probably meant.</summary>
internal static class NearestMatch
{
    /// <summary>The known word with the fewest edits, if these are at most two and fewer than half of the word's letters, or that begins with the word.</summary>
    public static string? Of(string word, IEnumerable<string> known) => known
        .Select(k => (Known: k, Edits: word.Length > 1 && k.StartsWith(word, StringComparison.OrdinalIgnoreCase) ? 0 : Distance(word, k)))
        .Where(m => m.Edits <= 2 && 2 * m.Edits < word.Length)
        .OrderBy(m => m.Edits)
        .Select(m => m.Known)
        .FirstOrDefault();

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other (optimal string alignment), whatever the case.</summary>
    public static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }
                var substitution = d[i - 1, j - 1] + (Same(a[i - 1], b[j - 1]) ? 0 : 1);
                d[i, j] = Math.Min(substitution, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1])) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return d[a.Length, b.Length];
    }

    private static bool Same(char x, char y) => char.ToUpperInvariant(x) == char.ToUpperInvariant(y);
}
