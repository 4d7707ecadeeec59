using System;
using System.Collections.Generic;

namespace Latent.OperatorGenerator;

/// <summary>
/// Reads one schema. Grammar, with [ ] for optional parts:
/// <code>
/// schema   = name ["." overload] "(" [argument {"," argument}] ")" "->" results
/// argument = "*" | type identifier ["=" default]
/// results  = type | "(" [type [identifier] {"," type [identifier]}] ")"
/// type     = identifier ["(" alias ")"] {"?" | "[" [digits] "]"}
/// </code>
/// </summary>
internal sealed class SchemaReader
{
    private readonly string text;
    private int at;
    private bool sawKeywordMarker; // the '*' before keyword-only arguments: no meaning in C#, but it takes a comma

    private SchemaReader(string text) => this.text = text;

    /// <exception cref="FormatException">The text is no schema; the message says what was expected, and at which column.</exception>
    public static Schema Read(string text)
    {
        var reader = new SchemaReader(text);
        var schema = reader.ReadSchema();
        if (reader.at < text.Length) throw reader.Expected("the end of the line");
        return schema;
    }

    private Schema ReadSchema()
    {
        var name = ReadIdentifier("a namespace");
        Take("::");
        name += "::" + ReadIdentifier("an operator's name");
        var overload = TryTake(".") ? ReadIdentifier("an overload's name") : "";
        Take("(");
        var arguments = new List<SchemaArgument>();
        while (!TryTake(")"))
        {
            if (arguments.Count > 0 || sawKeywordMarker) Take(",");
            if (TryTake("*")) sawKeywordMarker = true;
            else arguments.Add(ReadArgument());
        }
        Take("->");
        var results = new List<SchemaArgument>();
        if (!TryTake("(")) results.Add(new SchemaArgument(ReadType(), "", null));
        else
        {
            while (!TryTake(")"))
            {
                if (results.Count > 0) Take(",");
                var type = ReadType();
                results.Add(new SchemaArgument(type, IsIdentifierStart ? ReadIdentifier("a result's name") : "", null));
            }
        }
        return new Schema(text, name, overload, arguments, results);
    }

    private SchemaArgument ReadArgument()
    {
        var type = ReadType();
        var name = ReadIdentifier("an argument's name");
        return new SchemaArgument(type, name, TryTake("=") ? ReadDefault() : null);
    }

    private SchemaType ReadType()
    {
        var name = ReadIdentifier("a type");
        if (name == "SymInt") name = "int";
        var isWritten = false;
        if (TryTake("("))
        {
            var close = text.IndexOf(')', at);
            if (close < 0) throw Expected("')'");
            isWritten = text.IndexOf('!', at, close - at) >= 0;
            at = close + 1;
        }
        var isList = false;
        var isOptional = false;
        var hasOptionalElements = false;
        var size = 0;
        while (true)
        {
            if (TryTake("?")) isOptional = true;
            else if (!isList && TryTake("["))
            {
                (isList, hasOptionalElements, isOptional) = (true, isOptional, false);
                while (at < text.Length && char.IsDigit(text[at])) size = 10 * size + text[at++] - '0';
                Take("]");
            }
            else return new SchemaType(name, isList, isOptional, size, hasOptionalElements, isWritten);
        }
    }

    /// <summary>The text up to the comma or parenthesis that ends the argument.</summary>
    private string ReadDefault()
    {
        var start = at;
        var isQuoted = false;
        for (var depth = 0; at < text.Length; at++)
        {
            var c = text[at];
            if (c == '"') isQuoted = !isQuoted;
            if (isQuoted) continue;
            if (c is '[') depth++;
            if (c is ']') depth--;
            if (depth == 0 && c is ',' or ')') break;
        }
        if (at == start) throw Expected("a default value");
        return text.Substring(start, at - start).Trim();
    }

    private bool IsIdentifierStart
    {
        get
        {
            SkipSpaces();
            return at < text.Length && (char.IsLetter(text[at]) || text[at] == '_');
        }
    }

    private string ReadIdentifier(string what)
    {
        if (!IsIdentifierStart) throw Expected(what);
        var start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_')) at++;
        return text.Substring(start, at - start);
    }

    private void Take(string token)
    {
        if (!TryTake(token)) throw Expected($"'{token}'");
    }

    private bool TryTake(string token)
    {
        SkipSpaces();
        if (string.CompareOrdinal(text, at, token, 0, token.Length) != 0) return false;
        at += token.Length;
        return true;
    }

    private void SkipSpaces()
    {
        while (at < text.Length && text[at] == ' ') at++;
    }

    private FormatException Expected(string what) => new($"column {at + 1}: expected {what}");
}
