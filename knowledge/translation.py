from modeltranslation.translator import TranslationOptions, register

from knowledge.models import Product, ProductCategory


@register(ProductCategory)
class ProductCategoryTranslation(TranslationOptions):
    fields = ("name",)


@register(Product)
class ProductTranslation(TranslationOptions):
    fields = ("name",)
