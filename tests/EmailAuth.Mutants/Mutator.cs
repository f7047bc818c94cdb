using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EmailAuth.Mutants;

/// <summary>
/// Writes a file again with each change behind a switch: <c>(Mutant.Is(17) ? changed : original)</c>. The changed side has no further changes in
/// it, because one is on at a time; so the text grows with the depth of an expression and not with the power of it.
/// </summary>
internal sealed class Mutator(SemanticModel model, string file, MutantTable table)
{
    private readonly Dictionary<(int, string), int> _numbers = [];

    /// <summary>The text of the file with all changes that the table has in the build.</summary>
    public string Write() => Emit(model.SyntaxTree.GetRoot());

    private string Emit(SyntaxNode node)
    {
        if (IsConstantOrType(node)) return node.ToFullString();

        return node switch
        {
            SwitchExpressionArmSyntax arm => Arm(arm),
            SwitchLabelSyntax label => Label(label),
            ExpressionStatementSyntax or ContinueStatementSyntax or YieldStatementSyntax { Expression: not null } or ReturnStatementSyntax { Expression: null }
                when Changes.CanRemove((StatementSyntax)node, model) => Removable(node),
            ExpressionSyntax expression when Changes.IsValue(expression) => Expression(expression),
            _ => Children(node),
        };
    }

    // What has to be known when the library is compiled, and what is not code.
    private static bool IsConstantOrType(SyntaxNode node) => node switch
    {
        AttributeListSyntax or EnumMemberDeclarationSyntax or PatternSyntax or UsingDirectiveSyntax or StackAllocArrayCreationExpressionSyntax => true,
        InterpolationFormatClauseSyntax or InterpolationAlignmentClauseSyntax or GotoStatementSyntax => true,
        BaseFieldDeclarationSyntax field => field.Modifiers.Any(SyntaxKind.ConstKeyword),
        LocalDeclarationStatementSyntax local => local.IsConst,
        ParameterSyntax => true,
        InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } } => true,
        _ => false,
    };

    private string Children(SyntaxNode node)
    {
        var text = new StringBuilder();
        foreach (var child in node.ChildNodesAndTokens())
        {
            text.Append(child.AsNode() is { } inner ? Emit(inner) : child.AsToken().ToFullString());
        }

        return text.ToString();
    }

    private string Expression(ExpressionSyntax node)
    {
        var (before, core, after) = Parts(node, Children(node));
        foreach (var change in Changes.Of(node, model))
        {
            if (Switch(node, change.Kind, change.Text, Unnoticeable.IsChange(node, change, model)) is not { } isOn) continue;

            core = change.Form switch
            {
                Form.Instead => $"{change.Cast}({isOn} ? ({change.Text}) : ({core}))",
                Form.Negated => $"({isOn} ^ ({core}))",
                Form.Never => $"(!{isOn} && ({core}))",
                _ => $"({isOn} || ({core}))",
            };
        }

        return before + core + after;
    }

    private string Removable(SyntaxNode statement)
    {
        var (before, core, after) = Parts(statement, Children(statement));
        return Switch(statement, "statement", "removed", Unnoticeable.IsRemoval(statement, model)) is { } isOn ? $"{before}{{ if (!{isOn}) {{ {core} }} }}{after}" : before + core + after;
    }

    private string Arm(SwitchExpressionArmSyntax arm)
    {
        var when = arm.WhenClause is { } clause ? Emit(clause.Condition) : null;
        var pattern = arm.Pattern.ToFullString();
        var expression = Emit(arm.Expression);
        var (extra, guard) = Guards(arm.Pattern, arm.Pattern is not DiscardPatternSyntax, true);
        var whenBefore = arm.WhenClause is { } original ? $"({original.Condition}) && " : string.Empty;
        var text = string.Concat(extra.Select(item => $"{item.Pattern} when {whenBefore}{item.IsOn} => {arm.Expression},\n"));
        return $"{text}{pattern}{When(when, guard)} => {expression}";
    }

    private string Label(SwitchLabelSyntax label)
    {
        if (label is DefaultSwitchLabelSyntax) return label.ToFullString();

        var (before, _, after) = Parts(label, label.ToFullString());
        var when = label is CasePatternSwitchLabelSyntax { WhenClause: { } clause } ? Emit(clause.Condition) : null;
        if (label is CasePatternSwitchLabelSyntax { Pattern: var pattern })
        {
            var (extra, guard) = Guards(pattern, true, false);
            var whenBefore = when is null ? string.Empty : $"({((CasePatternSwitchLabelSyntax)label).WhenClause!.Condition}) && ";
            return before + string.Concat(extra.Select(item => $"case {item.Pattern} when {whenBefore}{item.IsOn}:\n")) + $"case {pattern}{When(when, guard)}:" + after;
        }

        var value = ((CaseSwitchLabelSyntax)label).Value;
        return $"{before}case {value}{When(null, Switch(label, "pattern", "removed") is { } isOn ? "!" + isOn : string.Empty)}:{after}";
    }

    private static string When(string? when, string guard) =>
        (when, guard) switch
        {
            (null, "") => string.Empty,
            (null, _) => " when " + guard,
            (_, "") => $" when {when}",
            _ => $" when ({when}) && {guard}",
        };

    // Each change of a pattern is a row of its own in front, which counts in place of the one it changes.
    private (List<(string Pattern, string IsOn)> Extra, string Guard) Guards(PatternSyntax pattern, bool removable, bool declares)
    {
        var guards = new List<string>();
        var extra = new List<(string, string)>();
        var isUnnoticeable = Unnoticeable.IsPattern(pattern);
        if (removable && Switch(pattern, "pattern", "removed", isUnnoticeable) is { } removed)
        {
            guards.Add("!" + removed);
        }

        foreach (var change in Patterns.Of(pattern).Where(_ => declares || !Changes.Declares(pattern)))
        {
            if (Switch(pattern, change.Kind, change.Text, isUnnoticeable) is not { } isOn) continue;

            extra.Add((change.Text, isOn));
            guards.Add("!" + isOn);
        }

        return (extra, string.Join(" && ", guards));
    }

    private string? Switch(SyntaxNode node, string kind, string after, bool isUnnoticeable = false)
    {
        // A file that is written again, without what did not compile, gives the same numbers.
        if (!_numbers.TryGetValue((node.SpanStart, $"{node.Span.Length} {kind} {after}"), out var number))
        {
            number = table.Add(kind, file, node.GetLocation().GetLineSpan().StartLinePosition.Line + 1, MemberOf(node), node.ToString(), after);
            _numbers.Add((node.SpanStart, $"{node.Span.Length} {kind} {after}"), number);
            if (isUnnoticeable) table.Drop(number);
        }

        return table.IsBuilt(number) ? $"global::MutantSwitch.Is({number})" : null;
    }

    private static string MemberOf(SyntaxNode node) =>
        node.Ancestors().OfType<MemberDeclarationSyntax>().FirstOrDefault() switch
        {
            MethodDeclarationSyntax method => method.Identifier.ValueText,
            PropertyDeclarationSyntax property => property.Identifier.ValueText,
            ConstructorDeclarationSyntax => "constructor",
            FieldDeclarationSyntax field => field.Declaration.Variables[0].Identifier.ValueText,
            OperatorDeclarationSyntax => "operator",
            IndexerDeclarationSyntax => "indexer",
            BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
            _ => "member",
        };

    private static (string Before, string Core, string After) Parts(SyntaxNode node, string text)
    {
        var before = node.GetLeadingTrivia().FullSpan.Length;
        var after = node.GetTrailingTrivia().FullSpan.Length;
        return (text[..before], text[before..^after], text[^after..]);
    }
}
