using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EmailAuth.Mutants;

/// <summary>How a change is put beside the original.</summary>
internal enum Form
{
    /// <summary>The changed expression in place of the original.</summary>
    Instead,

    /// <summary>The opposite of the original.</summary>
    Negated,

    /// <summary>False, whatever the original says: for conditions that declare what is used when they hold, and for loops, which would not end.</summary>
    Never,

    /// <summary>True, whatever the original says.</summary>
    Always,
}

/// <summary>One change of an expression.</summary>
internal sealed record Change(string Kind, string Text, Form Form = Form.Instead, string Cast = "");

/// <summary>What an expression may be changed to, and which statements may be left out.</summary>
internal static class Changes
{
    // Kinds in the words of the figures: boundary, constant, pattern (Patterns.cs) are those with a threshold of their own.
    private static readonly Dictionary<SyntaxKind, (string Kind, string Operator)> Operators = new()
    {
        [SyntaxKind.LessThanExpression] = ("boundary", "<="),
        [SyntaxKind.LessThanOrEqualExpression] = ("boundary", "<"),
        [SyntaxKind.GreaterThanExpression] = ("boundary", ">="),
        [SyntaxKind.GreaterThanOrEqualExpression] = ("boundary", ">"),
        [SyntaxKind.EqualsExpression] = ("condition", "!="),
        [SyntaxKind.NotEqualsExpression] = ("condition", "=="),
        [SyntaxKind.LogicalAndExpression] = ("logic", "||"),
        [SyntaxKind.LogicalOrExpression] = ("logic", "&&"),
        [SyntaxKind.AddExpression] = ("arithmetic", "-"),
        [SyntaxKind.SubtractExpression] = ("arithmetic", "+"),
        [SyntaxKind.MultiplyExpression] = ("arithmetic", "/"),
        [SyntaxKind.DivideExpression] = ("arithmetic", "*"),
        [SyntaxKind.ModuloExpression] = ("arithmetic", "*"),
        [SyntaxKind.LeftShiftExpression] = ("arithmetic", ">>"),
        [SyntaxKind.RightShiftExpression] = ("arithmetic", "<<"),
        [SyntaxKind.BitwiseAndExpression] = ("arithmetic", "|"),
        [SyntaxKind.BitwiseOrExpression] = ("arithmetic", "&"),
    };

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["Min"] = "Max",
        ["Max"] = "Min",
        ["All"] = "Any",
        ["Any"] = "All",
        ["Ordinal"] = "OrdinalIgnoreCase",
        ["OrdinalIgnoreCase"] = "Ordinal",
        ["IndexOf"] = "LastIndexOf",
        ["LastIndexOf"] = "IndexOf",
        ["First"] = "Last",
        ["Last"] = "First",
        ["FirstOrDefault"] = "LastOrDefault",
        ["LastOrDefault"] = "FirstOrDefault",
    };

    /// <summary>Whether the expression is read for its value: it is not written to, and not called for what it does.</summary>
    public static bool IsValue(ExpressionSyntax node) => node.Parent switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left != node,
        ArgumentSyntax argument => argument.RefKindKeyword.IsKind(SyntaxKind.None),
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression or (int)SyntaxKind.AddressOfExpression } => false,
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression or (int)SyntaxKind.PostDecrementExpression } => false,
        ExpressionStatementSyntax or RefExpressionSyntax => false,
        ForStatementSyntax loop => loop.Condition == node,
        _ => !StartsWithBinding(node),
    };

    // What follows a "?." has no meaning without what is before it.
    private static bool StartsWithBinding(ExpressionSyntax node) =>
        node.GetFirstToken().Parent is MemberBindingExpressionSyntax or BracketedArgumentListSyntax { Parent: ElementBindingExpressionSyntax };

    public static bool Declares(SyntaxNode node) =>
        node.DescendantNodesAndSelf().Any(inner => inner is SingleVariableDesignationSyntax or DeclarationExpressionSyntax);

    public static bool CanRemove(StatementSyntax statement, SemanticModel model)
    {
        if (Declares(statement)) return false;

        if (statement is not ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Left: IdentifierNameSyntax name } }) return true;

        // The first value of a variable has to stay.
        return model.GetSymbolInfo(name).Symbol is not (ILocalSymbol or IParameterSymbol { RefKind: RefKind.Out }) ||
            (model.AnalyzeDataFlow(statement) is { Succeeded: true } flow && flow.DefinitelyAssignedOnEntry.Contains(model.GetSymbolInfo(name).Symbol!, SymbolEqualityComparer.Default));
    }

    public static IEnumerable<Change> Of(ExpressionSyntax node, SemanticModel model)
    {
        var isCondition = IsCondition(node);
        if (isCondition) yield return Opposite(node);

        var isReturned = node.Parent is ReturnStatementSyntax or ArrowExpressionClauseSyntax && node is not (ThrowExpressionSyntax or RefExpressionSyntax);
        if (isReturned && Default(node, model) is { } nothing) yield return nothing;

        if (Declares(node)) yield break;

        switch (node)
        {
            case BinaryExpressionSyntax binary when Operators.TryGetValue(binary.Kind(), out var other) && !(isCondition && other.Kind == "condition"):
                if (other.Kind != "arithmetic" || IsNumber(model.GetTypeInfo(binary).Type))
                {
                    yield return new Change(other.Kind, $"{binary.Left.WithoutTrivia()} {other.Operator} {binary.Right.WithoutTrivia()}", Cast: CastOf(node, model));
                }

                break;
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } coalesce when coalesce.Right is not ThrowExpressionSyntax:
                yield return new Change("coalescing", coalesce.Right.WithoutTrivia().ToString());
                break;
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } not when !isCondition:
                yield return new Change("condition", not.Operand.ToString());
                break;
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression } minus:
                yield return new Change("arithmetic", minus.Operand.ToString());
                break;
            case LiteralExpressionSyntax literal when OtherLiteral(literal) is { } text && !IsConfigureAwait(literal):
                yield return new Change("constant", text, Cast: CastOf(node, model));
                break;
            case IdentifierNameSyntax or MemberAccessExpressionSyntax when OtherConstant(node, model) is { } text:
                yield return new Change("constant", text, Cast: CastOf(node, model));
                break;
            case MemberAccessExpressionSyntax { Name: IdentifierNameSyntax name } access when node.Parent is not InvocationExpressionSyntax && Names.TryGetValue(name.Identifier.ValueText, out var text):
                yield return new Change("call", $"{access.Expression}.{text}");
                break;
            case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name: IdentifierNameSyntax name } called } call when Names.TryGetValue(name.Identifier.ValueText, out var text):
                yield return new Change("call", $"{called.Expression}.{text}{call.ArgumentList}");
                break;
            case ElementAccessExpressionSyntax { ArgumentList.Arguments: [{ Expression: RangeExpressionSyntax range }] } sliced:
                if (range.LeftOperand is { } left) yield return new Change("range", $"{sliced.Expression}[..{range.RightOperand}]");
                if (range.RightOperand is { } right) yield return new Change("range", $"{sliced.Expression}[{range.LeftOperand}..]");
                break;
            case IsPatternExpressionSyntax { Pattern: var pattern } test:
                foreach (var (kind, text) in Patterns.Of(pattern)) yield return new Change(kind, $"{test.Expression.WithoutTrivia()} is {text}");
                break;
        }
    }

    private static bool IsCondition(ExpressionSyntax node) => node.Parent switch
    {
        IfStatementSyntax test => test.Condition == node,
        ConditionalExpressionSyntax choice => choice.Condition == node,
        WhenClauseSyntax => true,
        _ => IsLoop(node),
    };

    private static bool IsLoop(ExpressionSyntax node) => node.Parent switch
    {
        WhileStatementSyntax loop => loop.Condition == node,
        ForStatementSyntax loop => loop.Condition == node,
        DoStatementSyntax loop => loop.Condition == node,
        _ => false,
    } && !node.IsKind(SyntaxKind.TrueLiteralExpression);

    private static Change Opposite(ExpressionSyntax node) =>
        IsLoop(node) ? new Change("condition", "false", Form.Never)
        : !Declares(node) ? new Change("condition", "negated", Form.Negated)
        : node is PrefixUnaryExpressionSyntax or IsPatternExpressionSyntax { Pattern: UnaryPatternSyntax } || node.IsKind(SyntaxKind.LogicalOrExpression)
            ? new Change("condition", "true", Form.Always)
        : new Change("condition", "false", Form.Never);

    private static Change? Default(ExpressionSyntax node, SemanticModel model)
    {
        var type = model.GetTypeInfo(node).ConvertedType;
        if (type is null or { SpecialType: SpecialType.System_Void } or { IsAnonymousType: true } || node is LiteralExpressionSyntax or DefaultExpressionSyntax) return null;

        if (type.SpecialType == SpecialType.System_Boolean)
        {
            return Declares(node) ? new Change("return", "false", Form.Never) : node is BinaryExpressionSyntax or PrefixUnaryExpressionSyntax ? null : new Change("return", "negated", Form.Negated);
        }

        return new Change("return", $"default({type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)})!");
    }

    private static bool IsNumber(ITypeSymbol? type) =>
        type is { SpecialType: >= SpecialType.System_SByte and <= SpecialType.System_Double } or { TypeKind: TypeKind.Enum };

    // A constant fits where a number that is only known at run time does not.
    private static string CastOf(ExpressionSyntax node, SemanticModel model)
    {
        var (type, to) = (model.GetTypeInfo(node).Type, model.GetTypeInfo(node).ConvertedType);
        return IsNumber(to) && !SymbolEqualityComparer.Default.Equals(type, to) ? $"({to!.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)})" : string.Empty;
    }

    private static bool IsConfigureAwait(LiteralExpressionSyntax literal) =>
        literal.Parent?.Parent?.Parent is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" } };

    /// <summary>The next number, the next character, the other truth, or an empty text. Text with a space is for people to read and is left as it is.</summary>
    public static string? OtherLiteral(LiteralExpressionSyntax literal) => literal.Kind() switch
    {
        SyntaxKind.NumericLiteralExpression => $"{literal.Token.Text} + 1",
        SyntaxKind.CharacterLiteralExpression => SymbolDisplay.FormatLiteral((char)((char)literal.Token.Value! + 1), true),
        SyntaxKind.TrueLiteralExpression => "false",
        SyntaxKind.FalseLiteralExpression => "true",
        SyntaxKind.StringLiteralExpression when IsToken(literal.Token.ValueText) => "\"\"",
        SyntaxKind.Utf8StringLiteralExpression when IsToken(literal.Token.ValueText) => "\"\"u8",
        _ => null,
    };

    private static bool IsToken(string text) => text.Length > 0 && !text.Trim().Contains(' ', StringComparison.Ordinal);

    private static string? OtherConstant(ExpressionSyntax node, SemanticModel model)
    {
        if (node is IdentifierNameSyntax { Parent: MemberAccessExpressionSyntax or NameColonSyntax or NameEqualsSyntax }) return null;

        return model.GetSymbolInfo(node).Symbol is not (IFieldSymbol { HasConstantValue: true, ContainingType.TypeKind: not TypeKind.Enum } or ILocalSymbol { HasConstantValue: true }) ? null
            : model.GetConstantValue(node).Value switch
            {
                string text when IsToken(text) => "\"\"",
                char value => SymbolDisplay.FormatLiteral((char)(value + 1), true),
                bool value => value ? "false" : "true",
                IConvertible and not string and not char => string.Create(CultureInfo.InvariantCulture, $"{node} + 1"),
                _ => null,
            };
    }
}
