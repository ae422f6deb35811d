"""The pictures of questions: images of the CMS for what a file holds, and the file's pictures for images."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from wagtail.images.models import Image
from wagtail.utils.file import hash_filelike

from people.models import User
from quizzes.formats.parsed import Picture
from quizzes.formats.stored import image_keys
from quizzes.models import Question

TITLE_LENGTH = 255


class Pictures:
    """The pictures of some questions of the bank by the keys of their images, in at most one query."""

    def __init__(self, questions: Iterable[Question]):
        keys = {key for question in questions for raw in question.body.raw_data[:1] for key in image_keys(raw["value"])}
        self.by_key = {image.pk: _picture(image) for image in Image.objects.filter(pk__in=keys)} if keys else {}

    def __call__(self, key: int) -> Picture | None:
        """None where the image is no longer there, or its file."""
        return self.by_key.get(key)


def _picture(image: Image) -> Picture | None:
    try:
        digest = image.file_hash or _hash(image)
    except OSError:
        return None
    return Picture(PurePosixPath(image.filename).name, digest, partial(_bytes, image))


def _hash(image: Image) -> str:
    with image.open_file() as file:
        return hash_filelike(file)


def _bytes(image: Image) -> bytes:
    with image.open_file() as file:
        return file.read()


@contextmanager
def removed_on_failure() -> Iterator[list[str]]:
    """For the block that shelves pictures: files are no part of a transaction, so where it fails they are removed.

    Yields the list that `shelve_pictures` fills.
    """
    names: list[str] = []
    try:
        yield names
    except BaseException:
        storage = Image._meta.get_field("file").storage
        for name in names:
            storage.delete(name)
        raise


def shelve_pictures(pictures: Iterable[Picture], by: User | None, names: list[str]) -> Callable[[str], int]:
    """The key of the image for each hash: the one that is there, else a new one. New files are added to `names`."""
    wanted = {picture.digest: picture for picture in pictures}
    known = Image.objects.filter(file_hash__in=wanted).order_by("-pk") if wanted else []
    keys = {image.file_hash: image.pk for image in known}
    for digest in wanted.keys() - keys.keys():
        keys[digest] = _shelved(wanted[digest], by, names)
    return keys.__getitem__


def _shelved(picture: Picture, by: User | None, names: list[str]) -> int:
    title = PurePosixPath(picture.name).stem[:TITLE_LENGTH] or picture.name[:TITLE_LENGTH]
    image = Image(title=title, uploaded_by_user=by, file=ContentFile(picture.read(), picture.name))
    image.file_hash, image.file_size = picture.digest, image.file.size
    image.save()
    names.append(image.file.name)
    return image.pk
