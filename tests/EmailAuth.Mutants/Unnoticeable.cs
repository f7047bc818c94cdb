using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EmailAuth.Mutants;

/// <summary>
/// Changes that are not asked about, because no test can notice them: only memory or time depends on whether an array goes back to its pool, how
/// much room a new list has, or whether one more element is rented; and a pattern that names what <c>_</c> or <c>default</c> stands for anyway, or
/// what never comes, selects nothing. Each rule names one form of code, so that it hides nothing else.
/// </summary>
internal static class Unnoticeable
{
    // What a list, a table or a text has room for at first, by the parameter's name.
    private static readonly HashSet<string> Rooms = new(StringComparer.Ordinal) { "capacity", "initialCapacity" };

    /// <summary>Whether leaving out a statement only costs: an array is not given back, nothing more is told to the collector, room is not made ahead.</summary>
    public static bool IsRemoval(SyntaxNode statement, SemanticModel model) =>
        statement is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } && model.GetSymbolInfo(call).Symbol is IMethodSymbol method &&
        (IsReturn(method) || IsNamed(method, "SuppressFinalize", "GC") || method.Name == "EnsureCapacity" || (method.Name == "Dispose" && OnlyReturns(method)));

    /// <summary>Whether a change of an expression only costs.</summary>
    /// <param name="node">The expression.</param>
    /// <param name="change">What it is changed to.</param>
    /// <param name="model">What the names in it mean.</param>
    public static bool IsChange(ExpressionSyntax node, Change change, SemanticModel model) =>
        IsInRoom(node, model)
        || (change.Kind == "constant" && node.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } && model.GetSymbolInfo(call).Symbol is IMethodSymbol { Name: "Rent" } rent && IsPool(rent.ContainingType))
        || (change.Kind == "boundary" && node is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LessThanOrEqualExpression, Parent: ConditionalExpressionSyntax { WhenTrue: StackAllocArrayCreationExpressionSyntax } })
        || (change.Kind == "return" && node is CollectionExpressionSyntax { Elements.Count: 0 } && model.GetTypeInfo(node).ConvertedType is { IsRefLikeType: true })
        || (change is { Kind: "return", Form: Form.Instead } && model.GetConstantValue(node) is { HasValue: true, Value: null or 0 or 0L or (byte)0 })
        || (change.Kind == "return" && node.Ancestors().OfType<MethodDeclarationSyntax>().FirstOrDefault() is { Identifier.ValueText: "GetHashCode" });

    /// <summary>Whether a pattern of a switch has only constants that fall to <c>_</c> or <c>default</c> without it, or selects what throws as unreachable.</summary>
    public static bool IsPattern(PatternSyntax pattern) => pattern.Parent switch
    {
        SwitchExpressionArmSyntax { WhenClause: null } arm => Throws(arm.Expression) || HasDiscard(pattern),
        CasePatternSwitchLabelSyntax { WhenClause: null, Parent: SwitchSectionSyntax section } =>
            (section.Statements is [ThrowStatementSyntax { Expression: { } thrown }] && IsUnreachable(thrown)) || (section.Labels.Any(SyntaxKind.DefaultSwitchLabel) && IsOfConstants(pattern)),
        _ => false,
    };

    private static bool Throws(ExpressionSyntax expression) => expression is ThrowExpressionSyntax { Expression: var thrown } && IsUnreachable(thrown);

    private static bool IsUnreachable(ExpressionSyntax thrown) => thrown is ObjectCreationExpressionSyntax { Type: var type } && type.ToString().EndsWith("UnreachableException", StringComparison.Ordinal);

    private static bool HasDiscard(PatternSyntax pattern) => IsOfConstants(pattern) && pattern.DescendantNodes().OfType<DiscardPatternSyntax>().Any();

    private static bool IsOfConstants(PatternSyntax pattern) =>
        pattern is ConstantPatternSyntax or DiscardPatternSyntax || (pattern is BinaryPatternSyntax { RawKind: (int)SyntaxKind.OrPattern } either && IsOfConstants(either.Left) && IsOfConstants(either.Right));

    private static bool IsReturn(IMethodSymbol method) => method.Name == "Return" && IsPool(method.ContainingType);

    private static bool IsPool(INamedTypeSymbol type) => type.Name == "ArrayPool" && type.ContainingNamespace.ToDisplayString() == "System.Buffers";

    private static bool IsNamed(IMethodSymbol method, string name, string type) => method.Name == name && method.ContainingType.Name == type;

    // Its body calls nothing but the pool.
    private static bool OnlyReturns(IMethodSymbol method) =>
        method.DeclaringSyntaxReferences is [var reference] &&
        reference.GetSyntax().DescendantNodes().OfType<InvocationExpressionSyntax>().ToList() is { Count: > 0 } calls &&
        calls.TrueForAll(static call => call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Return", Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Shared", Expression: GenericNameSyntax { Identifier.ValueText: "ArrayPool" } } });

    // new List<T>(n), new StringBuilder(n), ImmutableArray.CreateBuilder<T>(n) unless the builder has to be full.
    private static bool IsInRoom(ExpressionSyntax node, SemanticModel model)
    {
        foreach (var argument in node.AncestorsAndSelf().TakeWhile(above => above is ExpressionSyntax or ArgumentSyntax or ArgumentListSyntax).OfType<ArgumentSyntax>())
        {
            if (argument.Parent is not ArgumentListSyntax { Parent: ExpressionSyntax made } list || model.GetSymbolInfo(made).Symbol is not IMethodSymbol method) continue;

            var index = list.Arguments.IndexOf(argument);
            if (argument.NameColon is not null || index >= method.Parameters.Length || !Rooms.Contains(method.Parameters[index].Name)) continue;

            if (method.MethodKind == MethodKind.Constructor && method.ContainingType.ContainingNamespace.ToDisplayString() is "System.Collections.Generic" or "System.Text") return true;

            if (method.Name == "CreateBuilder" && made.Ancestors().OfType<MemberDeclarationSyntax>().First() is var member && !member.ToString().Contains("MoveToImmutable", StringComparison.Ordinal)) return true;
        }

        return false;
    }
}
